"""Beginnings of plugins, rule sets, cities and projects: files that work and whose test passes, to be changed."""
