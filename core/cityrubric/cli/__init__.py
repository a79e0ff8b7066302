"""The command line: thin commands that say, and never decide."""
