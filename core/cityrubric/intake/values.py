"""One value as people write it -> the interval it stands for."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cityrubric.catalogue import PRESENCE_KINDS, FactSpec
from cityrubric.language import translate as _

Written = float | str | bool | list[str]

_MULTIPLES = {"": 1, "万": 10_000, "亿": 100_000_000}
_NUMBER = r"([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
_AT_LEAST = re.compile(rf"(?:≥|>=|不少于|不低于) ?{_NUMBER}|{_NUMBER} ?(?:余|多|以上)")
_AT_MOST = re.compile(rf"(?:≤|<=|不超过|不高于) ?{_NUMBER}|{_NUMBER} ?以下")
_RANGE = re.compile(rf"{_NUMBER} ?\.\. ?{_NUMBER}")
_EXACT = re.compile(_NUMBER)
_LARGEST = 2**53
_SIGNS = string.punctuation + string.whitespace + "。、，；：？！…—－·（）()【】〔〕《》“”‘’×✗✘╳√○●"
_YES = {"是", "有", "已", "true", "yes"}
_NO = {"否", "无", "未", "false", "no"}
_NO_TITLE = re.compile(
    r"[暂尚]?[无未没缺]有?(?:提供|提交|上报|报送|填报|报|收到|制定|制订|建立|印发|出台|发布|开展|编制|公布|公开|查到|找到|见到)?"
    r"(?:此项|该项|相关)?(?:文件|材料|资料|数据|记录|佐证|情况|内容)?"
    r"|否|空|缺失|空缺|空白|待补充?|待定|待查|不详|未知|不清楚|不知道|不适用|不涉及"
    r"|no|none|nil|null|nan|false|n/?a|tbd|unknown|missing",
    re.IGNORECASE,
)
"""What people write where there is no document, without signs around it."""

_LEAST_DIGITS = 3
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width forms, as Chinese input methods write them; nothing else is folded, so that ² stays no digit."""


class ValueFaultError(Exception):
    """A value cannot stand for what the fact is; the text says why and how to mend it."""


class Value(NamedTuple):
    """What a written value stands for.

    Attributes:
        low: least value, in the catalogue's unit.
        high: greatest value.
        content: texts that count by being there.
        comparable: False where the source uses a unit of another quantity: shown, never scored.
    """

    low: float
    high: float
    content: tuple[str, ...] = ()
    comparable: bool = True


def read_value(written: Written, unit: str | None, spec: FactSpec) -> Value:
    """Read one value.

    Args:
        written: a number, a truth, a text such as `≥4`, `90余`, `3..5` or a level, a title or a list of titles.
        unit: the unit it was written with; None for the catalogue's.
        spec: what the fact is.

    Raises:
        ValueFaultError: if the value is none of this fact.
    """
    if spec.kind == "number":
        return _number(written, unit, spec)
    if spec.kind == "grade":
        return _grade(written, spec)
    if spec.kind == "date":
        return _date(written)
    if spec.kind in PRESENCE_KINDS and not isinstance(written, bool):
        return _content(written)
    return _truth(written)


def _number(written: Written, unit: str | None, spec: FactSpec) -> Value:
    if unit is None and isinstance(written, (int, float)) and _is_plain(written, spec):
        return Value(float(written), float(written))
    factor = unit_factor(unit, spec)
    low, high, signed_unit = _bounds(written)
    if signed_unit and signed_unit != (unit or spec.unit):
        raise ValueFaultError(
            _("'{written}' carries a unit that is not this fact's ({unit})").format(written=written, unit=spec.unit)
        )
    bare = next((end for end in (low, high) if 0 < end <= 1), None)
    if (unit or spec.unit) == "%" and not signed_unit and bare is not None:
        percent = f"{float(bare * 100):g}"
        message = _(
            "a bare {written} may mean {percent} % or {written} %: write {percent}, or '{written}%' if that is meant"
        )
        raise ValueFaultError(message.format(written=written, percent=percent))
    if low > _LARGEST or high < -_LARGEST:
        raise ValueFaultError(_("{written} is too large; use a unit such as 万 or 亿").format(written=written))
    if unit in spec.also:
        return Value(float(low), float(high), comparable=False)
    value = Value(float(low * factor), float(high * factor))
    if value.high < value.low:
        raise ValueFaultError(_("the range '{written}' runs backwards").format(written=written))
    if any(math.isfinite(end) and not spec.low <= end <= spec.high for end in (value.low, value.high)):
        limits = f"{spec.low:g}..{spec.high:g}"
        raise ValueFaultError(
            _("{written} is outside the possible range {limits}").format(written=written, limits=limits)
        )
    return Value(max(value.low, spec.low), min(value.high, spec.high))


def _is_plain(written: float, spec: FactSpec) -> bool:
    """Whether nothing can be wrong with a bare number, as with most: the long way would only be slower."""
    may_be_a_share = spec.unit == "%" and 0 < written <= 1
    possible = spec.low <= written <= spec.high and -_LARGEST <= written <= _LARGEST
    return possible and not may_be_a_share and not isinstance(written, bool)


def _bounds(written: Written) -> tuple[Decimal, Decimal, str]:
    """Least and greatest value as written, and a percent sign if it carries one."""
    if isinstance(written, bool) or not isinstance(written, (int, float, str)):
        raise ValueFaultError(_("{written} stands where a number belongs").format(written=_shown(written)))
    if not isinstance(written, str):
        exact = Decimal(repr(written))
        return exact, exact, ""
    text = written.translate(WIDE).strip()
    sign = "%" if text.endswith("%") else ""
    text = text.removesuffix("%").strip()
    if match := _AT_LEAST.fullmatch(text):
        return _decimal(match[1] or match[2]), Decimal("inf"), sign
    if match := _AT_MOST.fullmatch(text):
        return Decimal("-inf"), _decimal(match[1] or match[2]), sign
    if match := _RANGE.fullmatch(text):
        return _decimal(match[1]), _decimal(match[2]), sign
    if match := _EXACT.fullmatch(text):
        return _decimal(match[1]), _decimal(match[1]), sign
    message = _("'{written}' is text where a number belongs; write 12, '≥12', '≤12', '12余' or '10..12'")
    raise ValueFaultError(message.format(written=written))


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def unit_factor(unit: str | None, spec: FactSpec) -> Decimal:
    """Return what a value in a unit is multiplied by to be in the catalogue's; 1 for a unit that is never converted.

    Raises:
        ValueFaultError: if the unit is none of this fact.
    """
    if unit is None or unit == spec.unit or unit in spec.also:
        return Decimal(1)
    if spec.kind != "number":
        raise ValueFaultError(_("a fact of kind '{kind}' has no unit").format(kind=spec.kind))
    multiple, base = _split(unit)
    own_multiple, own_base = _split(spec.unit)
    if base != own_base:
        raise ValueFaultError(_("'{unit}' is not a unit of this fact ({own})").format(unit=unit, own=spec.unit))
    return Decimal(multiple) / Decimal(own_multiple)


def _split(unit: str) -> tuple[int, str]:
    multiple = unit[0] if unit and unit[0] in _MULTIPLES else ""
    return _MULTIPLES[multiple], unit.removeprefix(multiple)


def _truth(written: Written) -> Value:
    word = written.strip() if isinstance(written, str) else written
    if word is True or (isinstance(word, str) and word in _YES):
        return Value(1.0, 1.0)
    if word is False or (isinstance(word, str) and word in _NO):
        return Value(0.0, 0.0)
    raise ValueFaultError(_("{written} stands where true or false belongs").format(written=_shown(written)))


def _grade(written: Written, spec: FactSpec) -> Value:
    levels = ", ".join(spec.levels)
    if not isinstance(written, str):
        raise ValueFaultError(
            _("{written} is not one of the levels {levels}").format(written=_shown(written), levels=levels)
        )
    least, range_sign, most = unicodedata.normalize("NFKC", written).strip().partition("..")
    if least not in spec.levels or (range_sign and most not in spec.levels):
        raise ValueFaultError(_("'{written}' is not one of the levels {levels}").format(written=written, levels=levels))
    low, high = sorted(spec.levels.index(level) for level in (least, most or least))
    return Value(float(low), float(high))


def _date(written: Written) -> Value:
    try:
        day = float(date.fromisoformat(str(written)).toordinal())
    except ValueError:
        raise ValueFaultError(
            _("{written} is no date of the form 2021-12-31").format(written=_shown(written))
        ) from None
    return Value(day, day)


def _content(written: Written) -> Value:
    texts = tuple(written) if isinstance(written, list) else (written,)
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueFaultError(
            _("{written} stands where a text or a list of texts belongs").format(written=_shown(written))
        )
    stripped = tuple(str(text).strip() for text in texts)
    if none := next((text for text in stripped if not _is_title(text)), None):
        raise ValueFaultError(_("'{written}' is no title; write false if there is none").format(written=none))
    return Value(1.0, 1.0, stripped)


def _is_title(text: str) -> bool:
    """Whether a text names a document: it has a letter or a number as long as a hotline's, and denies no document."""
    bare = text.translate(WIDE).strip(_SIGNS)
    named = any(sign.isalpha() for sign in bare) or sum(sign.isdigit() for sign in bare) >= _LEAST_DIGITS
    return named and not _NO_TITLE.fullmatch(bare)


def _shown(written: object) -> str:
    return "true" if written is True else "false" if written is False else repr(written)
