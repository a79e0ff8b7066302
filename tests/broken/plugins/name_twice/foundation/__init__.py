"""A plugin with the name of a shipped one."""
