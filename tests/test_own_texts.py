"""Report texts and templates of somebody's own: used as they are, or refused with what is wrong."""

import re
import shutil
from pathlib import Path

import pytest
from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.errors import CityrubricError, Faults
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render
from cityrubric.report.reading import read_texts
from printed import SHIPPED, word_text

BROKEN = [
    ('says = "得${score.low}分"\nrests_on = ["score:total"]', "scores are not for the public"),
    ('says = "得${score.low}分"\naudiences = ["city"]\nrests_on = ["city"]', "rests on 'score:total'"),
    ('says = "好"', "rests on nothing"),
    ('says = "${finding.says}"\nrests_on = ["city"]', "speaks of a finding"),
    ('says = "线为${line}%"\nrests_on = ["term:pass_line"]', "without its provenance"),
    ('says = "花了$5"\nrests_on = ["city"]', "lonely"),
    ('says = "好"\nmets = ["A.01.02"]', "no such key here"),
]


@pytest.mark.parametrize(("sentence", "says"), BROKEN)
def test_faulty_texts_are_told(sentence: str, says: str, tmp_path: Path) -> None:
    folder = own_texts(tmp_path, f'[[blocks]]\nstyle = "body"\n[[blocks.sentences]]\nid = "x"\n{sentence}\n')
    with pytest.raises(Faults, match=re.escape(says)):
        read_texts(folder)


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        ('[[blocks]]\nstyle = "body"\nform = "得了3分"\n', "states nothing"),
        ('[[blocks]]\nstyle = "body"\nform = "${city}很好"\n', "states nothing"),
        ('[[blocks]]\nstyle = "h1"\nheading = "题"\nform = "话"\n', "a heading has a heading only"),
        ('[[blocks]]\nstyle = "body"\nheading = "话"\n', "a paragraph has sentences or a form"),
    ],
)
def test_faulty_blocks_are_told(blocks: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Faults, match=re.escape(says)):
        read_texts(own_texts(tmp_path, blocks))


def own_texts(folder: Path, blocks: str) -> Path:
    words = (SHIPPED / "words.toml").read_text(encoding="utf-8")
    words = re.sub(r"(?m)^documents = .*$", 'documents = ["own.toml"]', words)
    (folder / "words.toml").write_text(words, encoding="utf-8")
    shutil.copy(SHIPPED / "official.docx", folder / "own.docx")
    (folder / "own.toml").write_text(f'template = "own.docx"\ntitle = "题"\n{blocks}', encoding="utf-8")
    return folder


def test_a_province_may_use_texts_and_a_template_of_its_own(xining: Assessment, tmp_path: Path) -> None:
    blocks = '[[blocks]]\nstyle = "body"\n[[blocks.sentences]]\nid = "p"\nsays = "人口${profile.population}"\n'
    folder = own_texts(tmp_path, blocks)
    files = render(xining, Order(Edition(templates=folder), ("word",)))
    assert "人口247.56万人" in word_text(files["own.docx"])


def test_texts_without_a_document_for_somebody_say_so(xining: Assessment, tmp_path: Path) -> None:
    folder = own_texts(tmp_path, 'audiences = ["internal"]\n[[blocks]]\nstyle = "body"\nform = "话"\n')
    with pytest.raises(CityrubricError, match="no document for 公开"):
        render(xining, Order(Edition(templates=folder), ("word",)))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_template_that_is_none_is_named(content: bytes, xining: Assessment, tmp_path: Path) -> None:
    folder = own_texts(tmp_path, '[[blocks]]\nstyle = "body"\nform = "话"\n')
    (folder / "own.docx").write_bytes(content)
    with pytest.raises(CityrubricError, match=r"template .*own.docx: "):
        render(xining, Order(Edition(templates=folder), ("word",)))


def test_a_template_cannot_reach_out(xining: Assessment, tmp_path: Path) -> None:
    from docx import Document

    folder = own_texts(tmp_path, '[[blocks]]\nstyle = "h1"\nheading = "题"\n[[blocks]]\nstyle = "body"\nform = "话"\n')
    document = Document()
    document.add_paragraph("{{ blocks.__class__.__mro__ }}")
    document.save(str(folder / "own.docx"))
    with pytest.raises(CityrubricError, match="unsafe"):
        render(xining, Order(Edition(templates=folder), ("word",)))


def test_a_rule_set_without_report_texts_says_where_they_belong(xining: Assessment) -> None:
    other = evolve(xining, ruleset=evolve(xining.ruleset, version="1999"))
    with pytest.raises(CityrubricError, match="--templates"):
        render(other, Order(Edition(), ("word",)))


@pytest.mark.parametrize("name", ["words.toml", "report.toml", "official.docx"])
def test_no_file_of_a_rule_sets_texts_leads_out_of_its_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    shutil.copytree(SHIPPED, folder)
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(Faults, match="is a link that leads out of its folder"):
        read_texts(folder)


@pytest.mark.parametrize("name", ["../report.toml", "/etc/passwd", "..", "a/b.toml", "report.toml\\n", "C:report.toml"])
def test_names_of_files_in_texts_are_names(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    shutil.copytree(SHIPPED, folder)
    words = (folder / "words.toml").read_text(encoding="utf-8")
    (folder / "words.toml").write_text(words.replace('"report.toml"', f'"{name}"', 1), encoding="utf-8")
    shutil.copy(folder / "report.toml", tmp_path / "report.toml")
    with pytest.raises(Faults):
        read_texts(folder)
    shutil.copy(SHIPPED / "words.toml", folder)
    report = (folder / "report.toml").read_text(encoding="utf-8")
    (folder / "report.toml").write_text(report.replace('"official.docx"', f'"{name}"'), encoding="utf-8")
    with pytest.raises(Faults):
        read_texts(folder)
