"""Where plugins come from, what is left out, and that nothing is loaded that nobody named."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.errors import CityrubricError, PluginError
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.pluginhost import load_plugins
from cityrubric.project import Project, open_project
from cityrubric.rubric.load import load_ruleset
from cityrubric.telling.stored import read_assessment, store, to_document
from cityrubric.telling.tell import assess
from test_command_line import run

HERE = Path(__file__).parent
TINY = HERE / "tiny"

NOISY = '''"""A plugin that talks."""

from cityrubric.hookspecs import Facts, hookimpl, measure
from cityrubric.interval import Interval

CITYRUBRIC_API = (1, 1)
print("noise at import")


@measure("noisy.funds", unit="万元", reads=("funds.special",))
def funds(facts: Facts) -> Interval:
    """Talk, and return the fact."""
    print("noise in a measure")
    return facts["funds.special"]


@hookimpl
def measures():
    """Talk."""
    print("noise in a hook")
    return (funds,)
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a rule set, a city and a plugin of its own, the plugin talking to stdout."""
    folder = tmp_path / "office"
    shutil.copytree(shipped("rulesets") / "2021", folder / "rulesets" / "office")
    head = folder / "rulesets" / "office" / "ruleset.toml"
    text = head.read_text(encoding="utf-8").replace('version = "2021"', 'version = "office"')
    head.write_text(text.replace('plugins = ["foundation"', 'plugins = ["noisy", "foundation"'), encoding="utf-8")
    group = head.with_name("capacity.toml")
    before = 'fact = "funds.special"'
    changed = group.read_text(encoding="utf-8").replace(before, 'measure = "noisy.funds"')
    assert changed != group.read_text(encoding="utf-8")
    group.write_text(changed, encoding="utf-8")
    shutil.copytree(shipped("cities") / "xining", folder / "cities" / "ours")
    (folder / "plugins" / "noisy").mkdir(parents=True)
    (folder / "plugins" / "noisy" / "__init__.py").write_text(NOISY, encoding="utf-8")
    return folder


def install(site: Path, name: str, code: str) -> None:
    """Lay a distribution with a plugin into a folder, as an installer does."""
    (site / f"{name}_plugin").mkdir(parents=True)
    (site / f"{name}_plugin" / "__init__.py").write_text(code, encoding="utf-8")
    info = site / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[cityrubric]\n{name} = {name}_plugin\n", encoding="utf-8")


def test_a_project_goes_before_what_ships(project: Path) -> None:
    done = run("assess", "ours", "--json", "--ruleset", "office", "--project", str(project))
    assert done.returncode == 0, done.stderr
    stored = json.loads(done.stdout)  # nothing that the plugin says is in it
    assert stored["ruleset"]["version"] == "office"
    assert {"noise at import", "noise in a hook", "noise in a measure"} <= {*done.stderr.splitlines()}
    assert "noisy" in {plugin["name"] for plugin in stored["plugins"]}


def test_processes_use_the_same_project(project: Path, tmp_path: Path) -> None:
    arguments = ("assess", "ours", "cities/xining", "--jobs", "2", "--json", "--ruleset", "office")
    done = run(*arguments, "--project", str(project), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert {json.loads(line)["ruleset"]["version"] for line in done.stdout.splitlines()} == {"office"}


def test_standing_in_a_folder_loads_nothing(project: Path) -> None:
    done = run("plugins", cwd=project)
    assert "noisy" not in done.stdout + done.stderr
    done = run("assess", "ours", "--ruleset", "office", cwd=project)
    assert done.returncode == 2
    assert "no such city: ours" in done.stderr


def test_a_rule_set_cannot_load_a_plugin(project: Path) -> None:
    """Its folder is named, the folder with the plugin beside it is not."""
    done = run("assess", "xining", "--ruleset", str(project / "rulesets" / "office"))
    assert done.returncode == 1
    assert "$.plugins[0]: no plugin 'noisy'" in done.stderr
    assert "noise" not in done.stderr


def test_plugin_folders_may_be_given_again(project: Path) -> None:
    done = run("--plugins-dir", str(project / "plugins"), "plugins", "--plugins-dir", str(TINY / "plugins"))
    assert done.returncode == 0, done.stderr
    assert "noisy" in done.stdout
    assert "library" in done.stdout


def test_an_installed_plugin_is_found_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "talker", NOISY)
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins = {plugin.name: plugin for plugin in load_plugins.__wrapped__().plugins}
    assert plugins["talker"].origin == "talker 1.2"
    assert (plugins["talker"].measures, len(plugins["talker"].hash)) == (1, 64)
    assert "talker" not in {plugin.name for plugin in load_plugins.__wrapped__(without=("talker",)).plugins}
    sys.modules.pop("talker_plugin")


def test_what_is_left_out_is_not_imported_and_every_output_says_so(project: Path, tmp_path: Path) -> None:
    (project / "plugins" / "noisy" / "__init__.py").write_text("1 / 0", encoding="utf-8")
    arguments = ("--project", str(project), "--without", "noisy")
    done = run("assess", "xining", "--out", str(tmp_path), *arguments)
    assert done.returncode == 0, done.stderr
    assert "left out on request: plugin 'noisy'" in done.stdout
    assert read_assessment(tmp_path / "xining" / "assessment.json").left_out == ("noisy",)
    assert "left out" in run("plugins", *arguments).stdout
    done = run("assess", "xining", "--out", str(tmp_path), "--resume")
    assert "unchanged and left out: 0" in done.stderr  # nothing was left out this time, so it is made anew


def test_what_a_rule_set_uses_cannot_be_left_out() -> None:
    done = run("assess", "xining", "--without", "veto")
    assert done.returncode == 1
    cause = "  $.plugins[4]: the plugin 'veto' is left out, and these rules need it\n"
    assert done.stderr == f"rulesets/2021/ruleset.toml: 1 fault\n{cause}"  # and not all that is missing without it
    done = run("assess", "xining", "--without", "capacity")
    assert done.returncode == 1
    assert "reads 'science.grants', which is in no catalogue; left out: capacity" in done.stderr


def test_leaving_out_what_is_not_there_is_told() -> None:
    with pytest.raises(CityrubricError, match="no plugin 'capacty' to leave out; did you mean 'capacity'"):
        load_plugins(without=("capacty",))
    assert run("rulesets", "--without", "capacty").returncode == 2


@pytest.mark.parametrize(
    ("folder", "says"), [("nowhere", "no such folder: "), ("plain", "is no project: it has none of rulesets/")]
)
def test_what_is_no_project_is_refused(folder: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(CityrubricError, match=says):
        open_project(tmp_path / folder)
    done = run("plugins", "--project", str(tmp_path / folder))
    assert done.returncode == 2
    assert says in done.stderr


def test_without_everything_as_it_was(tmp_path: Path) -> None:
    """A project that adds nothing changes no byte."""
    (tmp_path / "cities").mkdir()
    plain, other = load_ruleset("2021"), load_ruleset("2021", project=Project(tmp_path))
    xining = shipped("cities") / "xining"
    one, two = (assess(read_city(xining, ruleset), ruleset) for ruleset in (plain, other))
    assert store(one, tmp_path / "a").read_bytes() == store(two, tmp_path / "b").read_bytes()
    assert "left_out" not in to_document(one)
    assert to_document(evolve(one, left_out=("x",)))["left_out"] == ["x"]


FORMATS = '''"""A plugin with a format."""

from cityrubric.hookspecs import hookimpl
from cityrubric.report.editions import Format

CITYRUBRIC_API = (1, 1)


def fail(view, edition):
    """Talk and fail."""
    print("noise in a format")
    raise ValueError("no paper")


@hookimpl
def exporters():
    """Return it."""
    return (Format("NAME", fail),)
'''


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("paper", "format 'paper' cannot be written: ValueError: no paper"),
        ("json", "a plugin offers the format 'json', which ships already"),
    ],
)
def test_a_format_that_fails_or_takes_a_shipped_name(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "plugins" / "paper").mkdir(parents=True)
    (tmp_path / "plugins" / "paper" / "__init__.py").write_text(FORMATS.replace("NAME", name), encoding="utf-8")
    arguments = ("--out", str(tmp_path), "--json", "--format", name, "--plugins-dir", str(tmp_path / "plugins"))
    done = run("assess", "panjin", *arguments)
    assert done.returncode == 1
    assert says in done.stderr
    assert "noise" not in done.stdout


BROKEN = """from cityrubric.hookspecs import *
from cityrubric.scoring import *

CITYRUBRIC_API = (1, 1)
"""


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(3)", "cannot be loaded: SystemExit: 3"),
        ("def (", "cannot be loaded: SyntaxError"),
        ("@measure('x', unit='', reads='a.b')\ndef m(facts): ...", r"reads must be a list of keys: reads=\("),
        (
            "@hookimpl\ndef measures(): return None",
            "the hook 'measures' must return a list of Measure, not None",
        ),
        ("@hookimpl\ndef measures(): return [5]", "must return a list of Measure, not 5"),
        ("@hookimpl\ndef measures():\n    yield 1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("@hookimpl\ndef measures(config): return []", "cannot be loaded: PluginValidationError"),
        ("@hookimpl\ndef operators(): return Operator('x')", "the hook 'operators' must return a list of Operator"),
        ("@hookimpl\ndef aggregations(): return [Operator('x')]", "must return a list of Aggregation"),
        ("@hookimpl\ndef exporters(): return ['x']", "must return a list of Format, not 'x'"),
        ("@hookimpl\ndef importers(): return ['x']", "must return a list of Importer"),
        ("@hookimpl\ndef importers(): return [Importer('.json', None)]", "'read' must be a function, not None"),
        ("@hookimpl\ndef importers(): return [Importer('json', print)]", "'ending' must be an ending in small letters"),
        ("@hookimpl\ndef importers(): return [Importer(None, print)]", "'name' must be a text, not None"),
        ("@hookimpl\ndef aggregations(): return [Aggregation('x', 'sum')]", "'join' must be a function, not 'sum'"),
        ("@hookimpl\ndef operators(): return [Operator('x', curve=3)]", "'curve' must be a function, not 3"),
        ("@hookimpl\ndef catalogue(): return None", "must return a path in the plugin's own folder, not None"),
        ("@hookimpl\ndef measure_s(): ...", "implements no known hook"),
    ],
)
def test_a_plugin_that_offers_something_else_is_named(code: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "__init__.py").write_text(f"{BROKEN}{code}\n", encoding="utf-8")
    with pytest.raises(PluginError, match=f"plugin 'wrong'.*{says}"):
        load_plugins.__wrapped__(tmp_path)
