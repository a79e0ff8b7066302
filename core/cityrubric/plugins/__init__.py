"""The plugins that ship with the product; `__path__` leads to their folder wherever it stands."""

from cityrubric.paths import shipped

__path__ = [str(shipped("plugins"))]
