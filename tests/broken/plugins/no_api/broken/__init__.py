"""A plugin that does not say for which API it was written."""
