"""`cityrubric verify`: prove a stored assessment from itself alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from attrs import asdict

from cityrubric.cli.saying import FAULTY, result, screen
from cityrubric.cli.session import find_city, load_named, load_ruleset
from cityrubric.intake.facts import read_city
from cityrubric.report.proofs import proof
from cityrubric.telling.stored import read_stored
from cityrubric.versions.verify import stored_assessment, verify


def verify_assessment(file: Path, folder: Path | None, rules: Path | None, *, as_json: bool) -> int:
    """Verify a stored assessment and return the exit code: 1 unless everything is as it was.

    Args:
        file: the stored assessment.
        folder: the city to compare its facts with.
        rules: the folder of its rule set, if that does not ship with the product.
        as_json: tell it as JSON.

    Raises:
        CityrubricError: if it cannot be verified.
    """
    document = read_stored(file)
    stored = stored_assessment(document, file.as_posix())
    overlay = stored.provincial.overlay.version if stored.provincial else ""
    ruleset = load_ruleset(rules, overlay) if rules else load_named(stored.ruleset.version, overlay)
    source = read_city(find_city(folder), ruleset) if folder else None
    found = verify(document, stored, ruleset, source)
    if as_json:
        plain = sys.stdout.encoding.lower().replace("-", "") != "utf8"
        told = {**asdict(found), "identical": found.identical}
        result(json.dumps(told, ensure_ascii=plain, indent=1) + "\n")
    else:
        screen(soft_wrap=True).print(proof(found))
    return 0 if found.identical else FAULTY
