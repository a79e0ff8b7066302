from cityrubric.hookspecs import hookimpl

CITYRUBRIC_API = (1, 1)


@hookimpl
def catalog():
    """A misspelt `catalogue`."""
