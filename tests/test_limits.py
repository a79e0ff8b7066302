"""What the rule form refuses, by the name of the limit, before any engine sees it."""

import random
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.errors import Faults
from cityrubric.evaluate.inference import limits
from cityrubric.evaluate.inference.limits import fnv1a
from cityrubric.evaluate.plan import plan_of
from cityrubric.rubric.conclusions import Rule
from cityrubric.rubric.load import load_ruleset
from rulebooks import OURS

HERE = Path(__file__).parent
TINY = load_ruleset(HERE / "tiny" / "ruleset", [HERE / "tiny" / "plugins"])

Body = list[dict[str, str | float]]


def fact(**asked: str | float) -> dict[str, str | float]:
    return {"is": "fact", "key": "library.readers", **asked}


def outcome(**asked: str) -> dict[str, str | float]:
    return {"is": "outcome", "standing": "short", **asked}


def many(n: int) -> list[Body]:
    """Bodies that all differ, on few subjects."""
    states = ("known", "absent", "withheld", "disputed")
    keys = sorted(key for key in TINY.offers.catalogue if not key.startswith("library"))
    return [[fact(key=keys[k % 200], state=states[k // 200 % 4]), fact(state="known")] for k in range(n)]


LONG = "书" * 7000
OPEN = {f"${name}": {"is": "fact", "state": "known", "key": f"${name}"} for name in "ab"}
REFUSED: dict[str, tuple[list[Body], str]] = {
    "too many alternatives": (
        [[fact(at_least=1)]] * 4001,
        "4001 alternatives in all rules together; the limit is 4000",
    ),
    "too long a conjunction": ([[fact(at_least=n) for n in range(16)]], "rule W.0: 16 patterns in one alternative"),
    "too many with one end": (many(201), "201 alternatives end with the same pattern on 'fact'; the limit is 200"),
    "too many on one subject": (
        [[fact(at_least=n)] for n in range(61)],
        "61 different patterns on fact 'library.readers'; the limit is 60",
    ),
    "too many on one subject, counting those on any": (
        [[fact(at_least=n)] for n in range(60)] + [[fact(key="$key", plugin="library", state="known")]],
        "61 different patterns on fact 'library.readers'",
    ),
    "a variable twice in one pattern": (
        [[outcome(indicator="$x", point="$x")]],
        "a variable stands twice in one pattern",
    ),
    "a number that floats cannot count": ([[fact(above=2.0**53)]], "'above' must lie within ±2^53"),
    "a number that would be written with an exponent": (
        [[fact(above=0.00009)]],
        "'above' must be 0 or at least 0.0001",
    ),
    "a rate finer than rates are": (
        [[{"is": "rate", "scope": "S", "below": 59.9999}]],
        "'below' of a rate goes to thousandths of a percent",
    ),
    "a long text": (
        [[{"is": "observation", "indicator": "S.1", "method": LONG}]],
        "the text of 'method' has more than 20000 bytes",
    ),
    "names with one hash": (
        [[outcome(indicator="$liquid"), outcome(indicator="$costarring")]],
        "the names 'costarring' and 'liquid' cannot be told apart by every engine",
    ),
    **{
        f"the reserved name {name}": ([[outcome(indicator=f"${name}")]], f"'{name}' is a reserved name")
        for name in ("id", "sid", "k", "low", "high", "line", "rule", "kind")
    },
    "nothing asked": ([[{"is": "outcome", "indicator": "S.1"}]], "must ask for one of: verdict, standing"),
    "too much left open": ([[*OPEN.values()]], "rule W.0: its variables can be filled in more than 20000 ways"),
}


@pytest.mark.parametrize(("bodies", "says"), REFUSED.values(), ids=REFUSED)
def test_refused(bodies: list[Body], says: str) -> None:
    rule = Rule("W.0", "weakness", "${title}", tuple(map(tuple, bodies)), OURS, "rules.toml")
    with pytest.raises(Faults) as raised:
        plan_of(evolve(TINY, rules=(rule,), domains={**TINY.domains, "method": {LONG: ""}}))
    assert [fault.says for fault in raised.value.faults if says in fault.says], str(raised.value)
    assert {fault.document for fault in raised.value.faults} == {"rules.toml"}


def test_too_many_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SUBJECTS", 10)
    with pytest.raises(Faults, match="subjects; the limit is 10"):
        plan_of(evolve(TINY, rules=TINY.rules[:1]))


def test_the_hash_is_the_librarys() -> None:
    """The published test values of 32-bit FNV-1a, and the pair that is known to collide."""
    assert (fnv1a(""), fnv1a("a"), fnv1a("foobar")) == (0x811C9DC5, 0xE40C292C, 0xBF9CF968)
    assert fnv1a("liquid") == fnv1a("costarring")


def test_what_is_just_within_the_limits_is_held() -> None:
    bodies = [[fact(at_least=n)] for n in range(59)]
    bodies += [[fact(key="library.rooms", above=n) for n in range(15)]]
    random.Random(1).shuffle(bodies)
    rule = Rule("W.0", "weakness", "${title}", tuple(map(tuple, bodies)), OURS, "rules.toml")
    assert plan_of(evolve(TINY, rules=(rule,))).rules.conclusions
