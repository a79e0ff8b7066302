"""Pages in a real browser: no complaint, nothing leaves the file, and what can be clicked or typed works."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from attrs import evolve

from chromium import PROGRAM, Page, chromium
from cityrubric.assessment import Assessment
from cityrubric.inspected import Robustness, TypeScore
from cityrubric.intake.facts import read_city
from cityrubric.language import speak
from cityrubric.paths import shipped
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import write_documents, write_summary
from cityrubric.report.masking import view_for
from cityrubric.report.rows import row_of
from cityrubric.rubric.model import Ruleset
from cityrubric.telling.tell import assess
from test_photos import jpeg, naming

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium here: apt-get install chromium"),
]
CITIES = ("xining", "shenyang", "ningbo")
WIDTHS = (1200, 820, 360)


class Pages(NamedTuple):
    """Files of pages, by what they are."""

    city: dict[Audience, Path]
    overview: dict[Audience, Path]

    @property
    def all(self) -> list[Path]:
        """Every one of them."""
        return [*self.city.values(), *self.overview.values()]


@pytest.fixture(scope="module")
def pages(ruleset: Ruleset, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    speak("zh")
    out = tmp_path_factory.mktemp("pages")
    made: list[Assessment] = [assess(read_city(shipped("cities") / name, ruleset), ruleset) for name in CITIES]
    found = Pages({}, {})
    for audience in Audience:
        rows = tuple(row_of(view_for(one, audience)) for one in made)
        order = Order(Edition(audience, issued=date(2026, 11, 24), beside=rows), ("html",))
        found.city[audience] = next(write_documents(one, order, out)[0] for one in made)
        for one in made[1:]:
            write_documents(one, order, out)
        if audience is not Audience.CITY:
            (found.overview[audience],) = write_summary(rows, order, out)
    return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("browser")) as page:
        yield page


def visible(browser: Page, selector: str) -> int:
    """How many are seen of what a selector finds."""
    count: int = browser.run(
        f"[...document.querySelectorAll('{selector}')].filter(e => e.offsetParent !== null).length"
    )
    return count


def test_nothing_is_complained_of_and_nothing_leaves_the_file(browser: Page, pages: Pages) -> None:
    for file in pages.all:
        for dark in (False, True):
            browser.open(file, dark=dark)
            assert (browser.complaints, browser.requests) == ([], [file.as_uri()])


def test_no_page_scrolls_sideways(browser: Page, pages: Pages) -> None:
    for file in pages.all:
        for width in WIDTHS:
            browser.open(file, width)
            assert browser.run("document.documentElement.scrollWidth") <= width, (file, width)


def test_an_inserted_script_does_not_run(browser: Page, pages: Pages) -> None:
    """The policy holds in the browser, not only on paper."""
    browser.open(pages.city[Audience.INTERNAL])
    browser.run(
        "{ const s = document.createElement('script'); s.textContent = 'window.evil = 1'; document.body.append(s) }"
    )
    browser.run("{ const i = new Image(); i.src = 'https://example.com/x.png'; document.body.append(i) }")
    assert browser.run("window.evil === undefined")
    assert any("violates" in one for one in browser.complaints)


def test_filters_of_findings(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL])
    gaps, weaknesses = (".k-gap", ".k-weakness")
    assert (visible(browser, gaps), visible(browser, weaknesses)) == (0, 4)
    browser.click("#findings input[value=gap]")
    assert visible(browser, gaps) == browser.run("document.querySelectorAll('.k-gap').length") > 0
    browser.click("#findings input[value=weakness]")
    assert visible(browser, weaknesses) == 0
    assert visible(browser, "h3[data-of=weakness]") == 0
    browser.run(
        "{ const f = document.querySelector('#findings select[name=groups]'); f.value = 'E';"
        " f.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    assert visible(browser, "#finding-list .card") == browser.run(
        "document.querySelectorAll('#finding-list .card:not([hidden])[data-groups~=E]').length"
    )


def test_typing_searches_items_and_says_how_many(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL])
    browser.run("document.querySelector('#items input[type=search]').focus()")
    browser.send("Input.insertText", text="群众满意度")
    shown = visible(browser, "#item-list > .cards > details")
    assert 0 < shown < 94
    assert browser.run("document.querySelector('#items output').value").startswith(f"显示 {shown} / 94")
    browser.send("Input.insertText", text="没有这样的内容")
    assert visible(browser, "#item-list > .cards > details") == 0
    assert "没有符合条件的" in browser.run("document.querySelector('#items output').value")


def test_from_the_map_down_to_fact_and_source(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL])
    browser.click("a.cell[href='#outcome:A.08.32']")
    browser.draw()
    item = "document.getElementById('outcome:A.08.32')"
    assert browser.run(f"{item}.open")
    assert browser.run(f"document.activeElement === {item}.querySelector('summary')")
    fact = browser.run(f"{item}.querySelector('.facts a').getAttribute('href')")
    assert browser.run(f"document.getElementById({fact[1:]!r}).textContent").strip()
    source = browser.run(
        f"document.getElementById({fact[1:]!r}).querySelector('a[href^=\"#source\"]').getAttribute('href')"
    )
    assert browser.run(f"document.getElementById({source[1:]!r}).textContent").strip()


def test_a_link_shows_what_a_filter_hides(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL])
    browser.click("#items input[value=met]")
    assert visible(browser, "#item-list > .cards > .v-met") == 0
    browser.click("a.cell.v-met")
    browser.draw()
    assert visible(browser, "#item-list > .cards > .v-met") > 0


def test_a_page_opens_at_the_item_a_link_names(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL], part="#outcome:D.25.78")
    assert browser.run("document.getElementById('outcome:D.25.78').open")
    top = browser.run("document.getElementById('outcome:D.25.78').getBoundingClientRect().top")
    assert 0 <= top < 300


def test_the_map_by_keyboard_alone(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL])
    focused = "document.activeElement.getAttribute('href')"
    for _tab in range(60):
        browser.press("Tab", 9)
        if browser.run("document.activeElement.matches('.map a.cell')"):
            break
    assert browser.run(focused) == "#outcome:A.01.01"
    browser.press("ArrowRight", 39)
    assert browser.run(focused) == "#outcome:A.01.02"
    browser.press("ArrowDown", 40)
    assert browser.run(focused) not in {"#outcome:A.01.01", "#outcome:A.01.02"}
    browser.press("End", 35)
    assert browser.run(focused) == "#outcome:F.36.94"
    browser.press("Enter", 13)
    browser.draw()
    assert browser.run("document.getElementById('outcome:F.36.94').open")


def test_the_radar_stands_beside_other_cities(browser: Page, pages: Pages) -> None:
    browser.open(pages.city[Audience.INTERNAL])
    assert browser.run("document.querySelector('#radar canvas').width") > 0
    rows = "[...document.querySelectorAll('#radar-table tbody tr th, #radar-table tr:not(:first-child) th')].length"
    assert browser.run(rows) == 1
    browser.run(
        "{ const s = document.getElementById('beside-1'); s.value = '1'; s.dispatchEvent(new Event('change')) }"
    )
    assert browser.run(rows) == 2
    browser.open(pages.city[Audience.CITY])
    assert browser.run("document.querySelector('.beside').hidden")


def test_two_cities_compared_and_the_way_to_their_pages(browser: Page, pages: Pages) -> None:
    browser.open(pages.overview[Audience.INTERNAL])
    rows = browser.run("document.querySelectorAll('#differing tbody tr').length")
    assert 0 < rows < 94
    browser.run(
        "{ const s = document.getElementById('second'); s.selectedIndex = 0; s.dispatchEvent(new Event('change')) }"
    )
    assert browser.run("document.querySelectorAll('#differing tbody tr').length") == 1
    hrefs = browser.run("[...document.querySelectorAll('#cities a')].map(a => a.href)")
    assert len(hrefs) == len(CITIES)
    assert all(Path(href.removeprefix("file://")).is_file() for href in hrefs)


def test_the_matrix_by_keyboard_leads_to_the_item(browser: Page, pages: Pages) -> None:
    browser.open(pages.overview[Audience.INTERNAL])
    browser.run("document.querySelector('.matrix td[tabindex]').focus()")
    for key, code in (("ArrowRight", 39), ("ArrowDown", 40), ("ArrowLeft", 37)):
        browser.press(key, code)
    told = browser.run("document.getElementById('here').textContent")
    assert "A.01.01" in told
    assert browser.run("document.activeElement.getAttribute('aria-label')") == told
    browser.follow(lambda: browser.press("Enter", 13))
    assert browser.run("decodeURIComponent(location.hash)") == "#outcome:A.01.01"
    assert browser.run("document.getElementById('outcome:A.01.01').open")


def test_without_scripts_everything_can_be_read(browser: Page, pages: Pages) -> None:
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(pages.city[Audience.INTERNAL], scripts=False)
        nodes = browser.send("DOM.getDocument", depth=1)["root"]["nodeId"]
        found = browser.send("DOM.querySelectorAll", nodeId=nodes, selector=".k-gap:not([hidden])")["nodeIds"]
        assert found
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here: apt-get install poppler-utils")
def test_every_printed_page_says_how_far_it_has_come(browser: Page, pages: Pages, tmp_path: Path) -> None:
    browser.open(pages.city[Audience.INTERNAL], dark=True)
    file = tmp_path / "page.pdf"
    file.write_bytes(browser.pdf())
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    sheets = [sheet for sheet in text.split("\f") if sheet.strip()]
    assert len(sheets) > 3
    assert all("初稿" in sheet and "2026-11-24" in sheet for sheet in sheets)


def test_the_evil_city_stays_harmless(browser: Page, pages: Pages, ruleset: Ruleset, tmp_path: Path) -> None:
    evil = "</script><script>window.evil = 1</script><img src=x onerror='window.evil = 1'>"
    made = assess(read_city(shipped("cities") / "panjin", ruleset), ruleset)
    made = evolve(made, city=evolve(made.city, name=evil, id="a b#c%"))
    rows = (row_of(view_for(made, Audience.INTERNAL)),)
    order = Order(Edition(Audience.INTERNAL, beside=rows), ("html",))
    (page,), (overview,) = write_documents(made, order, tmp_path), write_summary(rows, order, tmp_path)
    for file in (page, overview):
        browser.open(file)
        assert (browser.complaints, browser.requests) == ([], [file.as_uri()])
        assert browser.run("[window.evil === undefined, document.querySelector('h1').textContent.length > 0]") == [
            True,
            True,
        ]
    browser.follow(lambda: browser.click("#cities th a"))
    assert browser.run("document.querySelector('h1').textContent") == evil


def test_photos_are_seen_and_leave_nothing(browser: Page, ruleset: Ruleset, tmp_path: Path) -> None:
    """With what was found on site and filed; at every width, and without a request but for the page itself."""
    (tmp_path / "city").mkdir()
    jpeg(tmp_path / "city" / "a.jpg")
    made = naming(assess(read_city(shipped("cities") / "xining", ruleset), ruleset), "a.jpg; b.jpg")
    assert made.inspections is not None
    types = (TypeScore("Y1", "暗访", "某业态现场检查表", 3, 3, (87.5, 87.5), (61.0, 99.0), 2, 0.66, 1.5, 0.5),)
    appeal = {"id": "S1", "item": "A.01.01", "claim": "应为符合", "on": "2022-01-05"}
    made = evolve(
        made,
        inspections=evolve(made.inspections, types=types),
        robustness=(Robustness("A.01.01", False, "met", "undetermined", (0.5, 2.0)),),
        city=evolve(made.city, appeals=(appeal,)),
    )
    order = Order(Edition(Audience.CITY), ("html",))
    (file,) = write_documents(made, order, tmp_path, tmp_path / "city")
    for width in WIDTHS:
        browser.open(file, width)
        assert browser.complaints == []
        assert [one for one in browser.requests if not one.startswith("data:")] == [file.as_uri()]
        assert browser.run("document.documentElement.scrollWidth") <= width
        assert browser.run("[...document.images].map(i => i.naturalWidth)") == [30]
        assert visible(browser, "#onsite, #photos, #filed") == 3
    browser.click("#onsite a[href='#photo-1']")
    assert browser.run("location.hash") == "#photo-1"
