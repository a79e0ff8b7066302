"""One kind of file under atheris: it looks for inputs that reach code no other reached. `python guided.py KIND …`."""

import sys

import atheris

with atheris.instrument_imports(include=["cityrubric"]):
    from test_fuzz import attempt


def main() -> None:
    """Hand in whatever libFuzzer makes; what is neither taken nor refused ends the process."""
    kind = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda content: attempt(kind, content) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
