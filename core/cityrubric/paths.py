"""Where the shipped data stands: the only code that knows a checkout from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent
_IN_CHECKOUT = _PACKAGE.parent.name == "core" and (_CHECKOUT / "rulesets").is_dir()


def shipped(folder: str) -> Path:
    """Return one of the folders that ship with the product.

    Args:
        folder: `cities`, `plugins`, `rulesets` or `schemas`.

    Returns:
        The folder at the top level of a checkout, or inside the installed package.
    """
    return (_CHECKOUT if _IN_CHECKOUT else _PACKAGE) / folder
