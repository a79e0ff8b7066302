"""Photos of a city's folder in its documents: pixels and nothing else, and never without saying which are not shown."""

import base64
import html
import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from PIL import Image, ImageCms, PngImagePlugin

from cityrubric.assessment import Assessment
from cityrubric.inspected import Inspections, Occurrence, TableRecord
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import FORMATS, render
from cityrubric.report.photos import LARGEST_FILE, MOST_PHOTOS, named_photos, take_photos
from cityrubric.telling.stored import store
from test_command_line import run

CANARY = "CANARYPHOTO"
ORIENTATION, WHO, WHERE = 0x0112, 0x013B, 0x8825
ALL = tuple(one.name for one in FORMATS)


def jpeg(path: Path) -> None:
    """With everything that cameras and programs write beside the pixels."""
    exif = Image.Exif()
    exif[WHO], exif[ORIENTATION] = CANARY, 6
    exif.get_ifd(WHERE)[1] = CANARY
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + CANARY.encode()
    image = Image.new("RGB", (60, 30), "red")
    image.save(path, "JPEG", exif=exif, icc_profile=profile, comment=CANARY, xmp=f"<x>{CANARY}</x>".encode())
    content = path.read_bytes()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10" + CANARY.encode()
    path.write_bytes(
        content[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + content[2:] + CANARY.encode()
    )


def png(path: Path) -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", CANARY)
    told.add_text("Comment", CANARY, zip=True)
    told.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>")
    exif = Image.Exif()
    exif[WHO] = CANARY
    Image.new("RGBA", (40, 40), (0, 255, 0, 128)).save(path, "PNG", pnginfo=told, exif=exif)


def webp(path: Path) -> None:
    exif = Image.Exif()
    exif[WHO] = CANARY
    Image.new("RGB", (50, 20), "blue").save(path, "WEBP", exif=exif, xmp=f"<x>{CANARY}</x>".encode())


def part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(path: Path) -> None:
    """A small file that says it is 900 million pixels."""
    head = part(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(9_000))) + part(b"IEND", b""))


def half_a_bomb(path: Path) -> None:
    """Below what the library itself warns of, above what is decoded here."""
    head = part(b"IHDR", struct.pack(">IIBBBBB", 10_000, 7_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(9_000))) + part(b"IEND", b""))


def cut_off(path: Path) -> None:
    jpeg(path)
    path.write_bytes(path.read_bytes()[:700])


def another_format(path: Path) -> None:
    Image.new("RGB", (5, 5)).save(path, "TIFF")


def heavy(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)


def link_out(path: Path) -> None:
    outside = path.parent.parent / "outside.jpg"
    jpeg(outside)
    path.symlink_to(outside)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def nothing(path: Path) -> None:
    assert not path.exists()


HOSTILE: list[tuple[Callable[[Path], object], str]] = [
    (bomb, "too_large"),
    (half_a_bomb, "too_large"),
    (heavy, "too_large"),
    (cut_off, "no_image"),
    (another_format, "no_image"),
    (lambda path: path.write_text("<svg onload='alert(1)'/>"), "no_image"),
    (lambda path: path.write_bytes(b""), "no_image"),
    (link_out, "outside"),
    (pipe, "missing"),
    (nothing, "missing"),
    (Path.mkdir, "missing"),
]


def naming(assessment: Assessment, photos: str) -> Assessment:
    """The same with an occurrence that names photos, and a row of the ledger that names one and a document."""
    found = Occurrence("O1", "P1", ("r",), ("r",), "2021-11-03 10:00", ("甲某",), photos, "是")
    on_site = Inspections(
        "inspections", (TableRecord("inspections.csv", "0" * 64, 1),), True, 95.0, (), (), (), occurrences=(found,)
    )
    row = {"id": "E1", "title": "资料", "files": ["ledger.PNG", "letter.pdf"]}
    city = evolve(assessment.city, evidence=(row,), interviews=(), surveys=())
    return evolve(assessment, inspections=on_site, city=city)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "city").mkdir()
    for name, write in (("a.jpg", jpeg), ("ledger.PNG", png), ("c.webp", webp)):
        write(tmp_path / "city" / name)
    return tmp_path / "city"


def opened(files: dict[str, bytes]) -> dict[str, bytes]:
    """Every file with whatever is packed in it, and the pictures of pages."""
    found = dict(files)
    for name, content in files.items():
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                found |= {f"{name}/{part}": packed.read(part) for part in packed.namelist()}
        for n, picture in enumerate(re.findall(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", content)):
            found[f"{name}/{n}.jpg"] = base64.b64decode(picture)
    return found


@pytest.mark.parametrize("audience", [Audience.CITY, Audience.INTERNAL])
def test_pixels_come_along_and_nothing_else(audience: Audience, xining: Assessment, folder: Path) -> None:
    assert all(CANARY.encode() in path.read_bytes() for path in folder.iterdir())
    files = opened(render(naming(xining, "a.jpg; c.webp"), Order(Edition(audience), ALL), folder))
    assert [name for name, content in files.items() if CANARY.encode() in content] == []
    pictures = {name: content for name, content in files.items() if name.endswith((".jpg", ".jpeg"))}
    assert len([name for name in pictures if name.startswith("page.html")]) == 3
    assert len([name for name in pictures if name.startswith("report.docx")]) == 3
    for content in pictures.values():
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert image.size in {(30, 60), (40, 40), (50, 20)}  # the first stands upright, as its camera said


def test_what_is_drawn_is_what_is_there(xining: Assessment, folder: Path) -> None:
    red, blue, green = take_photos(naming(xining, "a.jpg，c.webp"), folder)
    colours = []
    for one in (red, blue, green):
        with Image.open(io.BytesIO(one.jpeg)) as image:
            colours.append(image.getpixel((5, 5)))
    assert [tuple(round(part / 50) for part in one) for one in colours] == [(5, 0, 0), (0, 0, 5), (3, 5, 3)]


def test_the_public_gets_no_photos_and_is_not_told_of_any(xining: Assessment, folder: Path) -> None:
    files = opened(render(naming(xining, "a.jpg"), Order(Edition(Audience.PUBLIC), ALL), folder))
    assert not any(name.endswith((".jpg", ".jpeg")) for name in files)
    assert "img-src 'none'" in html.unescape(files["page.html"].decode())
    assert not any(b"a.jpg" in content or b"ledger.PNG" in content for content in files.values())


def test_a_city_is_not_told_what_files_are_called(xining: Assessment, folder: Path) -> None:
    files = opened(render(naming(xining, "a.jpg"), Order(Edition(Audience.CITY), ALL), folder))
    assert not any(b"a.jpg" in content for content in files.values())


@pytest.mark.parametrize(("write", "why"), HOSTILE)
def test_what_cannot_be_shown_is_told_with_the_reason(
    write: Callable[[Path], object], why: str, xining: Assessment, folder: Path
) -> None:
    write(folder / "x.jpg")
    made = naming(xining, "x.jpg")
    photo, _other = take_photos(made, folder)
    assert (photo.jpeg, photo.small, photo.why) == (b"", b"", why)
    files = opened(render(made, Order(Edition(Audience.CITY), ("word", "html")), folder))
    assert "未附：" in html.unescape(files["report.docx/word/document.xml"].decode())
    assert "photos not shown: " in files["page.html"].decode()


@pytest.mark.parametrize("name", ["../outside.jpg", "a/../../outside.jpg", "/etc/hostname", "x\0.jpg", "n" * 5000])
def test_no_name_leads_out_of_the_folder(name: str, xining: Assessment, folder: Path) -> None:
    jpeg(folder.parent / "outside.jpg")
    photo, _other = take_photos(naming(xining, name), folder)
    assert (photo.jpeg, photo.why in {"outside", "missing"}) == (b"", True)


def test_without_the_folder_documents_say_so(xining: Assessment, tmp_path: Path) -> None:
    made = naming(xining, "a.jpg")
    files = opened(render(made, Order(Edition(Audience.CITY), ("word", "html"))))
    assert "未提供城市文件夹" in files["report.docx/word/document.xml"].decode()
    assert "folder was not at hand" in html.unescape(files["page.html"].decode())
    stored = store(made, tmp_path)
    told = run("report", str(stored), "--audience", "city", "--format", "word", "--out", str(tmp_path / "out"))
    assert (told.returncode, "--city" in told.stderr) == (0, True), told.stderr


def test_report_takes_photos_from_the_folder_it_is_told(xining: Assessment, folder: Path, tmp_path: Path) -> None:
    stored = store(naming(xining, "a.jpg"), tmp_path / "stored")
    folder.rename(folder.with_name("xining"))
    options = ("--audience", "city", "--format", "word", "--out", str(tmp_path / "out"), "--city")
    told = run("report", str(stored), *options, str(tmp_path / "xining"))
    assert (told.returncode, "--city" in told.stderr) == (0, False)
    with zipfile.ZipFile(tmp_path / "out" / "xining" / "city" / "report.docx") as packed:
        assert len([name for name in packed.namelist() if name.startswith("word/media/")]) == 2
    told = run("report", str(stored), *options, str(tmp_path / "other"))
    assert (told.returncode, "other" in told.stderr) == (2, True)


def test_of_very_many_the_first_are_shown(xining: Assessment, folder: Path) -> None:
    named = "; ".join(f"{n}.jpg" for n in range(MOST_PHOTOS + 5))
    for n in range(MOST_PHOTOS + 5):
        Image.new("RGB", (4, 4)).save(folder / f"{n}.jpg")
    taken = take_photos(naming(xining, named), folder)
    assert [one.why for one in taken] == [""] * MOST_PHOTOS + ["too_many"] * 6


def test_an_assessment_without_photos_names_none(xining: Assessment) -> None:
    assert named_photos(evolve(xining, city=evolve(xining.city, evidence=()))) == ()
