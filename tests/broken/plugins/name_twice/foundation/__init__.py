"""A plugin with the name of a shipped one."""

CITYRUBRIC_API = (1, 1)
