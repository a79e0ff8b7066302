from cityrubric.hookspecs import hookimpl, measure

CITYRUBRIC_API = (1, 1)


@measure("broken.measure", unit="", reads=("status.awarness",))
def reads(facts):
    """A measure that reads a fact nobody offers."""


@hookimpl
def measures():
    """Return it."""
    return (reads,)
