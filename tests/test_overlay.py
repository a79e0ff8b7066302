"""What a province lays over the national rules: it adds and tightens, and changes nothing national."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cityrubric.assessment import Assessment
from cityrubric.authoring.fictional import Mix, fictional_city
from cityrubric.authoring.testkit.coverage import Coverage
from cityrubric.errors import CityrubricError, Faults
from cityrubric.evaluate.plan import plan_of
from cityrubric.intake.facts import read_city
from cityrubric.paths import shipped
from cityrubric.project import Project
from cityrubric.rubric.load import load_ruleset
from cityrubric.rubric.model import Overlay, Part, Ruleset
from cityrubric.rubric.overlay import read_overlay
from cityrubric.states import Verdict
from cityrubric.telling.stored import read_assessment, store, to_json
from cityrubric.telling.tell import assess
from share import share_of
from test_broken import told
from test_command_line import run

pytest_plugins = ["cityrubric.authoring.testkit.fixture"]
HERE = Path(__file__).parent
QINGHAI = shipped("plugins") / "qinghai" / "overlay.toml"
BROKEN = tomli.loads((HERE / "broken" / "overlays.toml").read_text(encoding="utf-8"))["broken"]
NATIONAL = load_ruleset("2021")
HEAD = tomli.loads((shipped("rulesets") / "2021" / "ruleset.toml").read_text(encoding="utf-8"))
TIGHTENABLE = [
    (indicator.id, number, part)
    for indicator in NATIONAL.indicators
    for number, part in enumerate(indicator.parts, 1)
    if part.operator == "bands" and indicator.scored
]


def lay(text: str, folder: Path, name: str = "ours") -> Overlay:
    """Write an overlay into a project, and read it."""
    (folder / "rulesets" / name).mkdir(parents=True, exist_ok=True)
    (folder / "rulesets" / name / "overlay.toml").write_text(text, encoding="utf-8")
    overlay = read_overlay(name, NATIONAL, HEAD, Project(folder))
    plan_of(overlay.ruleset)
    return overlay


@pytest.mark.parametrize("broken", BROKEN, ids=[broken["name"] for broken in BROKEN])
def test_broken_overlay(broken: dict[str, str], tmp_path: Path) -> None:
    text = QINGHAI.read_text(encoding="utf-8")
    assert broken["find"] in text
    with pytest.raises(Faults) as raised:
        lay(text.replace(broken["find"], broken["put"]), tmp_path)
    assert told(raised.value) == broken["says"]


def test_qinghai_of_xining_by_what_its_document_states() -> None:
    ruleset = load_ruleset("2021", overlay="qinghai")
    ledger = assess(read_city(shipped("cities") / "xining", ruleset), ruleset).provincial
    assert ledger is not None
    assert {outcome.id: (outcome.verdict, outcome.score) for outcome in ledger.outcomes} == {
        "A.07.27": ("undetermined", (0.0, 2.0)),
        "QH.1.1": ("met", (2.0, 2.0)),
        "QH.2.1": ("undetermined", (2.0, 3.0)),
        "QH.3.1": ("met", (2.0, 2.0)),
    }
    assert (ledger.tightened, ledger.scores.total, ledger.scores.applicable) == (("A.07.27",), (6.0, 9.0), 9.0)
    assert (ledger.conclusion.verdict, ledger.verdict) == ("pass", "undetermined")
    assert ledger.conclusion.declared is None  # what was declared is by the national rules
    assert ledger.findings == ()  # contradictions in the facts are told once, with the national rules


def test_the_list_of_plugins_says_what_each_offers() -> None:
    assert {plugin.name: plugin.hooks for plugin in NATIONAL.offers.plugins if plugin.name in {"qinghai", "veto"}} == {
        "qinghai": ("overlay", "sections"),
        "veto": ("catalogue", "measures"),
    }


def test_nothing_of_the_example_is_called_documented() -> None:
    assert "documented" not in QINGHAI.read_text(encoding="utf-8")


def bands_of(part: Part, rng: random.Random) -> list[dict[str, object]]:
    """Random lines near the national ones; many are tighter, some softer, some neither."""
    limits = [v for band in part.bands for v in (band.at_least, band.above, band.at_most, band.below) if v is not None]
    names = [n for n in ("at_least", "above", "at_most", "below") if any(getattr(b, n) is not None for b in part.bands)]
    bands = []
    for verdict in rng.choice([["met"], ["met", "partly_met"], ["partly_met"]]):
        line = rng.choice(limits) + rng.choice([-10, -1, -0.01, 0, 0, 0.01, 1, 10])
        bands.append({rng.choice(names): line, "verdict": verdict, "line": "reconstructed"})
    return bands


def overlay_text(rng: random.Random) -> tuple[str, str]:
    """Return an overlay with one tightening and perhaps items of its own, and the indicator it tightens."""
    id_, number, part = rng.choice(TIGHTENABLE)
    own = (
        QINGHAI.read_text(encoding="utf-8").partition("# 国家界线")[0]
        if rng.random() < 0.5
        else (
            'schema_version = 1\nover = "2021"\ntitle = "t"\nnotice = "n"\n'
            'pass = { line = { percent = 50, provenance = "reconstructed" } }\n'
        )
    )
    rows = ", ".join(
        "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in band.items()) + " }"
        for band in bands_of(part, rng)
    )
    return f'{own}\n[[tighten]]\nindicator = "{id_}"\npart = {number}\nbands = [{rows}]\n', id_


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_no_overlay_changes_the_national_ledger_and_none_is_softer(seed: int, tmp_path: Path) -> None:
    check_random_overlay(seed, tmp_path)


@pytest.mark.slow
@settings(max_examples=share_of(600), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_many_overlays_change_nothing_national(seed: int, tmp_path: Path) -> None:
    check_random_overlay(seed, tmp_path)


def check_random_overlay(seed: int, tmp_path: Path) -> None:
    """One random overlay, refused as softer or laid over a random city."""
    rng = random.Random(seed)
    text, id_ = overlay_text(rng)
    try:
        overlay = lay(text, tmp_path)
    except Faults as error:
        for one in told(error):
            assert "softer than the national line" in one or "each year must do" in one
        return
    city = fictional_city(seed % 1000, NATIONAL, Mix(missing=0.3, inexact=0.3, disputed=0.05))
    both = assess(city, evolve(NATIONAL, overlay=overlay))
    alone = assess(city, NATIONAL)
    assert to_json(evolve(both, provincial=None)) == to_json(alone)
    assert no_better(both, alone, id_)


def no_better(both: Assessment, alone: Assessment, id_: str) -> bool:
    assert both.provincial is not None
    ours = next((outcome for outcome in both.provincial.outcomes if outcome.id == id_), None)
    if ours is None:  # the same lines again
        return True
    theirs = next(outcome for outcome in alone.outcomes if outcome.id == id_)
    ordered = [Verdict[o.verdict.upper()] for o in (ours, theirs)]
    settled = all(verdict <= Verdict.MET for verdict in ordered)
    assert not settled or ordered[0] <= ordered[1]
    return (
        ours.score[0] <= theirs.score[0] and ours.score[1] <= theirs.score[1] and ours.applicable == theirs.applicable
    )


def test_each_year_must_still_do(tmp_path: Path) -> None:
    """An upper limit among lower ones would let the best year decide instead of the worst."""
    id_, number = next((id_, n) for id_, n, part in TIGHTENABLE if part.window.reducer == "each_of")
    text = (
        'schema_version = 1\nover = "2021"\ntitle = "t"\nnotice = "n"\n'
        'pass = { line = { percent = 50, provenance = "reconstructed" } }\n'
        f'[[tighten]]\nindicator = "{id_}"\npart = {number}\n'
        'bands = [{ at_least = 100000, at_most = 200000, verdict = "met", line = "reconstructed" }]\n'
    )
    with pytest.raises(Faults) as raised:
        lay(text, tmp_path)
    assert told(raised.value) == [
        "$.tighten[0].bands: each year must do: lower limits stay lower limits, and upper ones upper"
    ]


def test_an_overlay_of_another_version_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CityrubricError, match="no overlay 'qinhai'; did you mean 'qinghai'"):
        load_ruleset("2021", overlay="qinhai")
    with pytest.raises(CityrubricError, match="the overlay 'ours' lies over version 2014, not 2021"):
        lay(QINGHAI.read_text(encoding="utf-8").replace('over    = "2021"', 'over = "2014"'), tmp_path)
    (tmp_path / "rulesets" / "qinghai").mkdir()
    shutil.copy(QINGHAI, tmp_path / "rulesets" / "qinghai" / "overlay.toml")
    with pytest.raises(CityrubricError, match="two overlays are called 'qinghai'"):
        load_ruleset("2021", project=Project(tmp_path), overlay="qinghai")


@pytest.mark.parametrize(
    ("nation", "province", "together"),
    [
        ("pass", "pass", "pass"),
        ("pass", "fail", "fail"),
        ("fail", "pass", "fail"),
        ("pass", "undetermined", "undetermined"),
        ("undetermined", "pass", "undetermined"),
        ("undetermined", "fail", "fail"),
    ],
)
def test_a_province_passes_only_what_the_nation_passes(nation: str, province: str, together: str) -> None:
    from cityrubric.telling.provincial import tell_provincial

    ruleset = load_ruleset("2021", overlay="qinghai")
    assert ruleset.overlay is not None
    one = assess(read_city(shipped("cities") / "xining", ruleset), NATIONAL)
    ours, theirs = (evolve(one, conclusion=evolve(one.conclusion, verdict=v)) for v in (province, nation))
    assert tell_provincial(theirs, ours, ruleset.overlay).verdict == together


def test_the_same_on_the_command_line_in_processes_and_when_resumed(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    arguments = ("assess", "xining", "--overlay", "qinghai")
    done = run(*arguments, "--out", str(here), "--cross-check")
    assert done.returncode == 0, done.stderr
    assert "By the province's own rules: 青海省补充评价内容（示例）" in done.stdout
    assert "Nation and province together: undetermined" in done.stdout
    assert run(*arguments, "--out", str(there), "--jobs", "2").returncode == 0
    file = here / "xining" / "assessment.json"
    assert file.read_bytes() == (there / "xining" / "assessment.json").read_bytes()
    assert to_json(read_assessment(file)).encode() == file.read_bytes()
    assert "unchanged and left out: 1" in run(*arguments, "--out", str(here), "--resume").stderr
    assert "unchanged and left out: 0" in run(*arguments[:2], "--out", str(here), "--resume").stderr


def test_an_overlay_bears_on_no_stored_byte_of_the_nation(tmp_path: Path) -> None:
    ruleset: Ruleset = load_ruleset("2021", overlay="qinghai")
    city = read_city(shipped("cities") / "xining", ruleset)
    both = assess(city, ruleset)
    one, other = evolve(both, provincial=None), assess(city, NATIONAL)
    assert store(one, tmp_path / "a").read_bytes() == store(other, tmp_path / "b").read_bytes()


def test_a_stored_ledger_proves_itself_and_its_items_are_explained(tmp_path: Path) -> None:
    ruleset = load_ruleset("2021", overlay="qinghai")
    city = read_city(shipped("cities") / "xining", ruleset)
    file = store(assess(city, ruleset), tmp_path)
    done = run("verify", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    explain = ("explain", "xining", "QH.2.1", "--overlay", "qinghai")
    done = run(*explain)
    assert done.returncode == 0, done.stderr
    assert "traceability.coverage" in done.stdout
    done = run(*explain, "--assessment", str(file))
    assert (done.returncode, done.stderr.strip()) == (
        2,
        "--assessment is compared with the national rules: leave out --overlay",
    )


def test_every_rule_and_line_of_the_example_has_a_case(rule_cases: Callable[..., Coverage]) -> None:
    coverage = rule_cases(HERE / "overlays" / "qinghai.toml", overlay="qinghai")
    assert coverage.silent == ()
    assert coverage.unreached == ()
