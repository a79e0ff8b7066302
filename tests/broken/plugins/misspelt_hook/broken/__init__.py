from cityrubric.hookspecs import hookimpl


@hookimpl
def catalog():
    """A misspelt `catalogue`."""
