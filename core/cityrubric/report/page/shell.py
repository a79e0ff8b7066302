"""What every page stands in: templates that escape every text, and a policy under which nothing leaves the file."""

from __future__ import annotations

import functools
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cityrubric.language import spoken, translate
from cityrubric.report import figures, words
from cityrubric.report.deciding import rests_on_reconstruction
from cityrubric.report.page.reasons import asked, found_on_site, tried_lines

_HERE = Path(__file__).parent
_CHINESE = re.compile("[\u3400-\u9fff]")
_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_NOTHING_LEAVES = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "img-src {images}; script-src {scripts}; style-src {styles}"
)
_WORDS = (
    "audience_word",
    "basis_word",
    "compared_word",
    "decision_word",
    "kind_word",
    "operator_word",
    "points_word",
    "override_text",
    "photo_word",
    "ruling_word",
    "severity_word",
    "overruled_text",
    "speaker_word",
    "stage_word",
    "state_word",
    "status_word",
    "verdict_word",
    "window_word",
)


@frozen
class _Asset:
    """A script or style as it is written into a page, and what the policy calls it."""

    text: Markup
    hash: str


def render(template: str, scripts: Sequence[str], data: Mapping[str, Any], **words: Any) -> str:
    """Return a page.

    Args:
        template: its name.
        scripts: files whose text is written into the page; nothing else may run in it.
        data: what the scripts read, as JSON's types.
        words: what the template reads.
    """
    style, inlined = _asset("page.css"), [_asset(name) for name in scripts]
    policy = _NOTHING_LEAVES.format(
        images="data:" if words.get("shown") else "'none'",  # photos stand in the page itself
        scripts=" ".join(one.hash for one in inlined) or "'none'",
        styles=style.hash,
    )
    return (
        _environment()
        .get_template(template)
        .render(
            policy=policy,
            style=style.text,
            scripts=[one.text for one in inlined],
            data=island(data),
            language=_LANGUAGES[spoken()],
            **words,
        )
    )


def island(data: Mapping[str, Any]) -> Markup:
    """Return data as JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))  # "<" is the only character that matters there


@functools.cache
def _asset(name: str) -> _Asset:
    text = (_HERE / name).read_text(encoding="utf-8")  # line ends as the browser counts them
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return _Asset(Markup(text), f"'sha256-{digest}'")


def _as_data(text: object) -> object:
    """Return a text of the data, marked as Chinese where the page speaks another language."""
    if spoken() == "zh" or not _CHINESE.search(str(text)):
        return text
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def _data_language() -> Markup:
    """Return the attribute of an element in which everything is data."""
    return Markup("" if spoken() == "zh" else ' lang="zh-CN"')


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({name: getattr(words, name) for name in _WORDS}, _=translate)
    environment.globals.update(rests_on_reconstruction=rests_on_reconstruction)
    environment.filters.update(
        figure=figures.figure, measured=figures.measured_text, score=figures.score_text, base64=_base64, data=_as_data
    )
    environment.globals.update(
        data_language=_data_language, tried_lines=tried_lines, asked=asked, found_on_site=found_on_site
    )
    return environment
