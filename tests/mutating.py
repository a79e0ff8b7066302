"""Files made a little wrong, or very: by bytes, by lines and words, by nodes, by members of an archive."""

import io
import json
import random
import re
import zipfile
from copy import deepcopy
from typing import Any

WORDS = (
    *(
        '""',
        "''",
        '"x"',
        "true",
        "false",
        "0",
        "-0.0",
        "1",
        "-1",
        "1e400",
        "nan",
        "-inf",
        "9007199254740993",
        "1" * 400,
    ),
    *("[]", "{}", "[[]]", "[{}]", '["", ""]', "{a = {a = {}}}", "2021-02-30", "1979-05-27", "07:32:00", "0001-01-01"),
    *(
        '"\\u0000"',
        '"\\u001b[31m"',
        '"\\u202e"',
        '"\\uD800"',
        '"\\uffff"',
        '"é"',
        '"é"',
        '"≥"',
        '"..";',
        '"3..1"',
        '"90余"',
    ),
    *(
        '"2021..1990"',
        '"../../x"',
        '"con"',
        '"${title}"',
        '"${__class__}"',
        '"{0.__class__}"',
        '"{{7*7}}"',
        '"$i"',
        '"%s"',
    ),
    *(
        '"=1+1"',
        '"<script>"',
        '"' + "市" * 2000 + '"',
        "[" * 60 + "]" * 60,
        "{a=" * 60 + "1" + "}" * 60,
        '"""',
        "'''",
        "\\",
    ),
)
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        1e308,
        2**53,
        2**64,
        "",
        "x",
        "\0",
        "\x1b[0m",
        "../x",
        "é",
        "é",
        "\ud800",
        "\u202e",
    ),
    *(
        [],
        {},
        [[]],
        [None],
        {"": None},
        {"a": {"a": {}}},
        "2021-02-30",
        "9" * 400,
        "met",
        "pass",
        "x" * 5000,
        float("nan"),
    ),
)
_TOKEN = re.compile(r'"[^"\n]*"|[\w.\u4e00-\u9fff-]+|[\[\]{}=,]')


def mutate_bytes(content: bytes, dice: random.Random) -> bytes:
    """Change, drop, repeat or insert some bytes, or cut the rest off."""
    changed = bytearray(content)
    for _turn in range(dice.choice((1, 1, 1, 2, 5, 20))):
        at, length = dice.randrange(len(changed) + 1), dice.choice((1, 1, 2, 4, 16, 200))
        match dice.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3:
                changed[at:at] = dice.randbytes(length)
            case 4:
                del changed[at if dice.random() < 0.3 else len(changed) :]
    return bytes(changed)


def mutate_text(content: bytes, dice: random.Random) -> bytes:
    """Drop, repeat, move or cut lines; replace words by others of the file, or by words that are trouble."""
    lines = content.decode("utf-8", "replace").split("\n")
    tokens = _TOKEN.findall("\n".join(dice.choices(lines, k=20)))
    for _turn in range(dice.choice((1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(lines))
        match dice.randrange(8):
            case 0:
                del lines[at : at + dice.choice((1, 1, 3, 30))]
            case 1:
                lines[at:at] = lines[at : at + dice.choice((1, 1, 4))]
            case 2:
                lines.insert(at, lines.pop(dice.randrange(len(lines))))
            case _:
                lines[at] = _change_word(lines[at], tokens, dice)
        lines = lines or [""]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _change_word(line: str, tokens: list[str], dice: random.Random) -> str:
    places = [*_TOKEN.finditer(line)]
    if not places:
        return dice.choice(WORDS)
    place = dice.choice(places)
    alike = [
        word for word in (*WORDS, *tokens) if word[:1] == place[0][:1] or word[:1].isdigit() == place[0][:1].isdigit()
    ]
    word = dice.choice(alike if alike and dice.random() < 0.8 else WORDS)
    return line[: place.start()] + word + line[place.end() :]


def mutate_tree(content: bytes, dice: random.Random) -> bytes:
    """Replace, drop, repeat or swap nodes of a JSON document."""
    tree = [json.loads(content)]
    for _turn in range(dice.choice((1, 1, 1, 2, 5))):
        holder, key = _some_node(tree, dice)
        match dice.randrange(5):
            case 0 if isinstance(holder, dict) or holder is not tree:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[dice.choice(("", "x", "é", str(key) + "s"))] = deepcopy(holder[key])
            case 2 if isinstance(holder, list) and holder is not tree:
                holder.insert(0, deepcopy(holder[key]))
            case 3:
                other, name = _some_node(tree, dice)
                holder[key] = json.loads(json.dumps(other[name]))
            case _:
                holder[key] = deepcopy(dice.choice(VALUES))
    return json.dumps(tree[0], ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _some_node(tree: list[Any], dice: random.Random) -> tuple[Any, Any]:
    holder, key = tree, 0
    while isinstance(inner := holder[key], (dict, list)) and inner and dice.random() < 0.85:
        holder, key = inner, dice.choice(sorted(inner)) if isinstance(inner, dict) else dice.randrange(len(inner))
    return holder, key


def mutate_archive(content: bytes, dice: random.Random) -> bytes:
    """Change a member of an archive, by text or by bytes; or drop, rename or repeat it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    for _turn in range(dice.choice((1, 1, 2, 4))):
        at = dice.randrange(len(members))
        name, inside = members[at]
        match dice.randrange(6):
            case 0 if len(members) > 1:
                del members[at]
            case 1:
                members[at] = (dice.choice(("../x.xml", "/x", " ", name.upper(), name + "\0")), inside)
            case 2 | 3:
                members[at] = (name, mutate_bytes(inside, dice))
            case _:
                members[at] = (name, mutate_text(inside, dice))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in dict(members).items():
            archive.writestr(name, inside)
    return packed.getvalue()
