from cityrubric.hookspecs import hookimpl, measure

CITYRUBRIC_API = (1, 1)


@measure("party.leadership_sessions", unit="次", reads=())
def again(facts):
    """A measure that another plugin offers."""


@hookimpl
def measures():
    """Return it."""
    return (again,)
