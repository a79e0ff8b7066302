"""A plugin of a later time."""

CITYRUBRIC_API = (2, 3)
