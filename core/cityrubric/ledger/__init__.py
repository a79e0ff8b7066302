"""The record of what was found: every frozen assessment, its revisions, and what can be read out of them."""
