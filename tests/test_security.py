"""What data can never do here: run as code, leave its folder, fill the memory, steer a terminal."""

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import polars
import pytest
from attrs import evolve
from openpyxl import Workbook

from cityrubric.authoring.fictional import fictional_city
from cityrubric.cli.saying import say
from cityrubric.errors import CityrubricError, Faults
from cityrubric.fieldwork.plan import read_plan
from cityrubric.fieldwork.tables import RowFaults, read_table
from cityrubric.files import fault_of_name, write_whole
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.stored import store
from cityrubric.telling.tell import assess
from test_command_line import TOP, run

HERE = Path(__file__).parent
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


def city_text(more: str = "") -> str:
    head = 'schema_version = 1\nname = "某市"\nprovince = "某省"\nassessment_year = 2021\nreference_date = 2021-12-31\n'
    return head + more


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


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "/etc",
            "C:",
            "a:b",
            "a*",
            "a?",
            'a"',
            "a<b",
            "a|b",
            "a\nb",
            "a\0b",
            "a\udcffb",
        ),
        *("con", "CON", "nul.txt", "COM1", "lpt9.xlsx", "aux", "a.", "a ", "市" * 41),
    ],
)
def test_a_name_that_some_system_cannot_have_is_refused(name: str) -> None:
    assert fault_of_name(name)


@pytest.mark.parametrize("name", ["西宁 市", "a", "a.b", ".a", "第1组（明查）", "console", "com", "市" * 40, "İ'𠮷"])
def test_other_names_are_taken(name: str) -> None:
    assert fault_of_name(name) == ""


def test_names_of_which_some_system_makes_one_are_refused_together(tmp_path: Path) -> None:
    for parent, name in (("a", "Xining"), ("b", "xining")):
        shutil.copytree(TOP / "cities" / "panjin", tmp_path / parent / name)
    cities = [str(tmp_path / "a" / "Xining"), str(tmp_path / "b" / "xining")]
    for command in (["assess", *cities], ["bulk", *cities], ["impact", "2014", "2021", *cities]):
        done = run(*command, "--out", str(tmp_path / "out"))
        assert done.returncode == 2
        assert "2 cities are called 'Xining', 'xining'" in done.stderr
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("id_", ["../escaped", "a/b", "..", "nul"])
def test_an_id_is_never_a_path(id_: str, ruleset: Ruleset, tmp_path: Path) -> None:
    assessment = assess(evolve(fictional_city(1, ruleset), id=id_), ruleset)
    with pytest.raises(CityrubricError):
        store(assessment, tmp_path / "out" / "deeper")
    assert [*tmp_path.rglob("*")] == []


def test_documents_of_a_stored_assessment_stay_in_their_folder(tmp_path: Path) -> None:
    assert run("assess", "panjin", "--out", str(tmp_path / "out")).returncode == 0
    stored = tmp_path / "out" / "panjin" / "assessment.json"
    text = stored.read_text(encoding="utf-8").replace('"id": "panjin"', '"id": "../../escaped"', 1)
    stored.write_text(text, encoding="utf-8")
    done = run("report", str(stored), "--out", str(tmp_path / "deep" / "er"), "--format", "html")
    assert done.returncode == 1
    assert "$.city.id: '../../escaped' holds a character that no name of a file may have" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize("version", ["../../elsewhere", "长" * 300])
def test_a_stored_assessment_brings_no_texts_along(version: str, tmp_path: Path) -> None:
    """Documents were made from the texts of any folder that it named as its version."""
    assert run("assess", "panjin", "--out", str(tmp_path / "out")).returncode == 0
    shutil.copytree(TOP / "rulesets" / "2021" / "report", tmp_path / "elsewhere" / "report")
    named = os.path.relpath(tmp_path / "elsewhere", TOP / "rulesets") if version.startswith(".") else version
    stored = tmp_path / "out" / "panjin" / "assessment.json"
    text = stored.read_text(encoding="utf-8").replace('"version": "2021"', f'"version": "{named}"', 1)
    stored.write_text(text, encoding="utf-8")
    done = run("report", str(stored), "--out", str(tmp_path / "papers"))
    assert (done.returncode, (tmp_path / "papers").exists()) == (2, False)
    assert "has no report texts" in done.stderr


@pytest.mark.parametrize("name", ["../rules", "rules"])
def test_a_stored_assessment_brings_no_rules_along(name: str, tmp_path: Path) -> None:
    """A folder of that name stands where the program is run; it would agree with anything."""
    assert run("assess", "panjin", "--out", str(tmp_path / "out")).returncode == 0
    shutil.copytree(TOP / "rulesets" / "2021", tmp_path / "rules")
    stored = tmp_path / "out" / "panjin" / "assessment.json"
    text = stored.read_text(encoding="utf-8").replace('"version": "2021"', f'"version": "{name}"', 1)
    stored.write_text(text, encoding="utf-8")
    done = run("verify", str(stored), cwd=tmp_path)
    assert done.returncode == 2
    assert f"no rule set '{name}'" in done.stderr


def test_a_list_of_waiting_files_moves_nothing_elsewhere(ruleset: Ruleset, tmp_path: Path) -> None:
    city = shutil.copytree(shipped("cities") / "panjin", tmp_path / "city")
    (city / ".changes.json").write_text('["../victim"]', encoding="utf-8")
    (city / ".victim.new").write_text("theirs", encoding="utf-8")
    (tmp_path / "victim").write_text("ours", encoding="utf-8")
    with pytest.raises(CityrubricError, match="is no list of files"):
        read_city(city, ruleset)
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "ours"


@pytest.mark.parametrize("team", ["../../组", "/etc/x", "nul", "组 "])
def test_a_team_is_never_a_path(team: str, ruleset: Ruleset, tmp_path: Path) -> None:
    plan = (shipped("cities") / "xining" / "draw.toml").read_text(encoding="utf-8")
    name = plan.partition("teams = [")[2].partition('name = "')[2].partition('"')[0]
    (tmp_path / "draw.toml").write_text(plan.replace(f'name = "{name}"', f'name = "{team}"'), encoding="utf-8")
    with pytest.raises(Faults, match=r"draws\[0\].teams"):
        read_plan(tmp_path / "draw.toml", ruleset)


@pytest.mark.parametrize("name", ["../secret.toml", "/etc/passwd", "a/../../secret.toml", "..\\secret.toml"])
def test_a_rule_set_reads_only_what_stands_beside_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('secret = "do not show"', encoding="utf-8")
    folder = tmp_path / "rules"
    folder.mkdir()
    for file in (HERE / "tiny" / "ruleset").iterdir():
        text = file.read_text(encoding="utf-8")
        replaced = text.replace('file = "', f'file = {name!r} # "', 1) if file.name == "ruleset.toml" else text
        (folder / file.name).write_text(replaced, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        load_ruleset(folder, [HERE / "tiny" / "plugins"])
    assert "do not show" not in str(raised.value)
    assert "cannot be read" not in str(raised.value)


@pytest.mark.skipif(os.name != "posix", reason="links and devices of POSIX")
@pytest.mark.parametrize("kind", ["link out", "link to a device", "pipe", "folder"])
def test_a_city_reads_only_files_of_its_own_folder(kind: str, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(city_text('secret = "do not show"\n'), encoding="utf-8")
    file = tmp_path / "city" / "city.toml"
    file.parent.mkdir()
    make = {
        "link out": lambda: file.symlink_to(tmp_path / "secret.toml"),
        "link to a device": lambda: file.symlink_to("/dev/zero"),
        "pipe": lambda: os.mkfifo(file),
        "folder": file.mkdir,
    }
    make[kind]()
    done = run("assess", str(file.parent))
    assert done.returncode == 1
    assert ("leads out of its folder" if "link" in kind else "is no file") in done.stderr
    assert "do not show" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux, which may be any bytes")
def test_a_name_that_is_no_text_is_said(tmp_path: Path) -> None:
    assert run("assess", "panjin", "--ledger", str(tmp_path / "ledger.db")).returncode == 0
    done = run("history", "\udcff", "--ledger", str(tmp_path / "ledger.db"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "a name that is not UTF-8, which results cannot hold: \\udcff; rename it" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_a_device_or_a_pipe_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    """Who works as root and writes to /dev/null would be without it afterwards."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CityrubricError, match="pipe cannot be written: is no file"):
        write_whole(tmp_path / "pipe", "text")
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_within_the_folder_is_followed(ruleset: Ruleset, tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "facts.toml").write_text(city_text(), encoding="utf-8")
    (tmp_path / "city" / "city.toml").symlink_to("facts.toml")
    assert read_city(tmp_path / "city", ruleset).name == "某市"


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0D, 0x1B, 0x7F, 0x9B, 0x202E, 0x2066, 0xFFFF])
@pytest.mark.parametrize("where", ["key", "value"])
def test_what_cannot_be_shown_is_refused_and_not_repeated(
    code: int, where: str, ruleset: Ruleset, tmp_path: Path
) -> None:
    bad = f'"[31m\\u{code:04x}"'
    text = city_text(f"{bad} = 1\n") if where == "key" else city_text().replace('"某市"', bad)
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Faults, match=rf"holds a character that cannot be shown \(U\+{code:04X}\)") as raised:
        read_city(tmp_path, ruleset)
    assert chr(code) not in str(raised.value)


def test_what_is_said_never_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b]0;title\x07\r\x9b31m\u202eb\ud800\nc\td")
    assert capsys.readouterr().err == "a\\u001b]0;title\\u0007\\u000d\\u009b31m\\u202eb\\ud800\nc\td\n"


def test_markup_in_a_name_is_shown_as_it_is(tmp_path: Path) -> None:
    name = "[bold red]市[/x] [link=file:///etc]"
    (tmp_path / "city.toml").write_text(city_text().replace("某市", name), encoding="utf-8")
    assert name in run("assess", str(tmp_path)).stdout


def test_markup_is_shown_as_it_is_in_every_table(tmp_path: Path) -> None:
    """Also where cells are plain texts: such words vanished, became pictures, or ended the program."""
    name = "[red]甲[/x] :x: [b]"
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲" / "city.toml").write_text(city_text().replace("某市", name), encoding="utf-8")
    ledger = str(tmp_path / "台账.db")
    assert run("assess", str(tmp_path / "甲"), "--ledger", ledger).returncode == 0
    for command in (["history", "甲"], ["compare", "甲"], ["province"]):
        done = run(*command, "--ledger", ledger, COLUMNS="200")
        assert (done.returncode, name in done.stdout) == (0, True), done.stderr


def test_a_name_of_two_lines_is_one_line_among_many(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"c{number}").mkdir()
        text = city_text().replace("某市", "甲\\n乙 pass 158 / 158")
        (tmp_path / f"c{number}" / "city.toml").write_text(text, encoding="utf-8")
    assert len(run("assess", *(str(tmp_path / f"c{n}") for n in range(4))).stdout.splitlines()) == 4


def sparse(path: Path) -> None:
    workbook = Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = "a", "b"
    workbook.save(path)


def zip_bomb(path: Path) -> None:
    sparse(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/more.xml", "w") as file:
        for _turn in range(200):
            file.write(bytes(2**20))


def no_archive(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 this is no archive")


def entities(path: Path) -> None:
    """Entities that would grow to 10 GB, and one that would read a file."""
    workbook = Workbook()
    workbook.active["A1"] = "a"
    workbook.save(path)
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 10}">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].replace(">a<", ">&e9;&f;<").replace("<v>0</v>", "<v>&e9;&f;</v>")
    members["xl/worksheets/sheet1.xml"] = doctype + sheet
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def many_rows(path: Path) -> None:
    polars.LazyFrame({"a": ["x"]}).select(polars.col("a").repeat_by(2_000_000).explode()).collect().write_parquet(path)


@pytest.mark.parametrize(
    ("make", "ending", "says"),
    [
        (sparse, ".xlsx", "a sheet of 1048576 rows and 16384 columns"),
        (zip_bomb, ".xlsx", "MB when unpacked; the limit is 100 MB"),
        (no_archive, ".xlsx", "is no workbook"),
        (entities, ".xlsx", "cannot be read"),
        (many_rows, ".parquet", "2000000 rows; the limit is 1000000"),
    ],
    ids=["sparse", "zip bomb", "no archive", "entities", "many rows"],
)
def test_a_small_table_cannot_fill_the_memory(make, ending: str, says: str, tmp_path: Path) -> None:
    """In a process with little memory: what the readers do without being asked is end the process."""
    path = tmp_path / f"table{ending}"
    make(path)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))\n"
        "from pathlib import Path; from cityrubric.fieldwork.tables import RowFaults, read_table\n"
        "from cityrubric.errors import Faults\n"
        "try:\n    print(read_table(Path(sys.argv[1]), RowFaults('table')))\n"
        "except Faults as faults:\n    print('refused:', faults)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-300:]
    assert "root:" not in done.stdout
    assert says in done.stdout


def test_a_register_may_hold_lines_but_nothing_that_steers(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes('a,b\r\n"一\r\n二",x\r\n三,\x1b[31m\r\n'.encode())
    faults = RowFaults("table.csv")
    table = read_table(tmp_path / "table.csv", faults)
    assert table.rows[0] == ("一\n二", "x")
    assert [(fault.path, fault.says) for fault in faults.kept] == [
        ("row 3", "holds a character that cannot be shown (U+001B); delete it")
    ]
