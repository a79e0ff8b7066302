"""青海省补充评价内容（示例）: what a province may add to the national rules, and tighten in them."""

from pathlib import Path

from cityrubric.hookspecs import hookimpl

CITYRUBRIC_API = (1, 1)


@hookimpl
def overlay() -> Path:
    """Return what the province lays over the national rule set."""
    return Path(__file__).with_name("overlay.toml")


@hookimpl
def sections() -> Path:
    """Return what its documents say of the province's own items."""
    return Path(__file__).with_name("sections.toml")
