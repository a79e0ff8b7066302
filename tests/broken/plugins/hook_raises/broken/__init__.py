from cityrubric.hookspecs import hookimpl


@hookimpl
def measures():
    """Fail."""
    raise RuntimeError("no measures today")
