from cityrubric.hookspecs import hookimpl

CITYRUBRIC_API = (1, 1)


@hookimpl
def measures():
    """Fail."""
    raise RuntimeError("no measures today")
