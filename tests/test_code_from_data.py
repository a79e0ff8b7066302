"""Nothing but plugins is ever run as code: read from the syntax trees of all sources."""

import ast
from pathlib import Path

import pytest

from test_command_line import TOP

SOURCES = [path for folder in ("core", "plugins") for path in sorted((TOP / folder).rglob("*.py"))]
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "execfile"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "yaml", "code", "xmlrpc"}
FORBIDDEN_ATTRIBUTES = {"os.system", "os.popen", "tempfile.mktemp", "jinja2.Template"}
ONLY_IN = {
    "exec_module": {"pluginsources.py"},
    "extractall": set[str](),
    "subprocess": {"durable.py", "doctor.py", "workbooks.py"},
    "jinja2.Environment": {"shell.py"},  # templates of our own, with autoescape; those of rule sets need the sandbox
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(TOP)))
def test_no_code_comes_from_data(path: Path) -> None:
    """Plugins are code and are imported from named folders; nothing else is ever run."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            found.add(node.func.id)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            names = {module or "", *(f"{module}.{n.name}" if module else n.name for n in node.names)}
            found |= {name for name in names if name.split(".")[0] in FORBIDDEN_MODULES or name in FORBIDDEN_ATTRIBUTES}
            found |= {name for name in names if path.name not in ONLY_IN.get(name, {path.name})}
        if isinstance(node, ast.Attribute):
            dotted = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
            found |= {dotted} & FORBIDDEN_ATTRIBUTES
            found |= {node.attr} if path.name not in ONLY_IN.get(node.attr, {path.name}) else set()
        if isinstance(node, ast.keyword) and node.arg == "shell":
            found.add("shell")
    assert found == set()
