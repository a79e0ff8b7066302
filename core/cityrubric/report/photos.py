"""Photos that the data name, taken from a city's folder: pixels only, drawn anew, so that nothing else comes along.

A file may be anything: it is read only below the folder, up to a size, as one of three kinds of image, and is shown or
told with the reason why not.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from cityrubric.assessment import Assessment

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS = ("JPEG", "PNG", "WEBP")
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif")
"""By these a file of the evidence ledger is told to be a photo; what it is, its content says."""
LONGEST_SIDE = 1000  # pixels: 75 mm of paper at 340 dpi
SMALL_SIDE = 480
LARGEST_FILE = 30_000_000  # bytes
MOST_PIXELS = 60_000_000  # a telephone takes 50 million; three times as many bytes while it is read
MOST_PHOTOS = 60
"""Of one city in one document; of more, the first are shown."""
_QUALITY = 70
_SEPARATOR = re.compile(r"\s*[;；、,，\n]\s*")


@frozen
class Photo:
    """A photo that the data name.

    Attributes:
        number: under which documents name it.
        of: what it belongs to, as in `occurrence:O1` or `evidence:E1`.
        about: a title or a point, where there is one.
        file: its name, for those who may see it.
        jpeg: the image; empty if it is not shown.
        small: the same for screens.
        size: width and height of the small one, in pixels.
        why: of one that is not shown: `no_folder`, `missing`, `outside`, `too_large`, `no_image` or `too_many`.
    """

    number: int
    of: str
    about: str
    file: str
    jpeg: bytes = field(default=b"", repr=False)
    small: bytes = field(default=b"", repr=False)
    size: tuple[int, int] = (0, 0)
    why: str = ""


def named_photos(assessment: Assessment) -> tuple[Photo, ...]:
    """Return the photos that the data name, none of them taken yet; each file once for what it belongs to."""
    named = list(dict.fromkeys(_named(assessment)))
    return tuple(Photo(n, *one, why="no_folder") for n, one in enumerate(named, 1))


def _named(assessment: Assessment) -> Iterator[tuple[str, str, str]]:
    for one in assessment.inspections.occurrences if assessment.inspections else ():
        for file in filter(None, _SEPARATOR.split(one.photos.strip())):
            yield f"occurrence:{one.id}", one.point, file
    for entry in assessment.city.evidence:
        for file in entry.get("files", ()):
            if file.lower().endswith(ENDINGS):
                yield f"evidence:{entry['id']}", str(entry["title"]), file


def take_photos(assessment: Assessment, folder: Path | None) -> tuple[Photo, ...]:
    """Return the photos that the data name, as far as they are in a city's folder and may be shown."""
    named = named_photos(assessment)
    return named if folder is None else tuple(_taken(one, folder) for one in named)


def _taken(photo: Photo, folder: Path) -> Photo:
    if photo.number > MOST_PHOTOS:
        return evolve(photo, why="too_many")
    data, why = _read(folder, photo.file)
    return evolve(photo, why=why) if why else _drawn_anew(photo, data)


def _read(folder: Path, file: str) -> tuple[bytes, str]:
    """Return what is in the file, or why nothing is."""
    try:
        path = (folder / file).resolve()
        if not path.is_relative_to(folder.resolve()):
            return b"", "outside"
        if not path.is_file():
            return b"", "missing"
        with path.open("rb") as content:
            data = content.read(LARGEST_FILE + 1)
    except (OSError, ValueError):  # a name may be too long, hold a NUL, or be a loop of links
        return b"", "missing"
    return (b"", "too_large") if len(data) > LARGEST_FILE else (data, "")


def _drawn_anew(photo: Photo, data: bytes) -> Photo:
    """Return the photo as a smaller JPEG of the pixels alone: nothing that was written beside them is taken over."""
    from PIL import Image, ImageOps  # nobody else needs it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes: they are looked at here; of broken metadata: it is dropped
            with Image.open(io.BytesIO(data), formats=KINDS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return evolve(photo, why="too_large")
                opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(opened)
            pixels = Image.new("RGB", upright.size, "white")
            if upright.has_transparency_data:
                upright = upright.convert("RGBA")
                pixels.paste(upright, mask=upright)
            else:
                pixels.paste(upright.convert("RGB"))
    except Image.DecompressionBombError:
        return evolve(photo, why="too_large")
    except Exception:  # whatever a decoder raises on bytes that are no image
        return evolve(photo, why="no_image")
    jpeg = _encoded(pixels)
    pixels.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return evolve(photo, jpeg=jpeg, small=_encoded(pixels), size=pixels.size, why="")


def _encoded(pixels: Image) -> bytes:
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
