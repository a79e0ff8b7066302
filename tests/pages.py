"""Pages as what they consist of: read back from the file, and made of hostile texts."""

from collections import Counter
from html.parser import HTMLParser

from attrs import evolve

from cityrubric.assessment import Assessment
from cityrubric.report.audience import Audience
from cityrubric.report.editions import Edition, Order
from cityrubric.report.formats import render

EVIL = "</script><script>window.evil = 1</script><img src=x onerror=\"window.evil = 1\"> & 'x' {{ 7 * 7 }}"


class Read(HTMLParser):  # the parser calls its methods by these names
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.policy = ""
        self.handlers: list[str] = []
        self.text = ""
        self._within: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says of itself."""
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.handlers += [name for name in values if name.startswith("on") or name in {"style", "src"}]
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag in {"script", "style"}:
            self._within = self.scripts if tag == "script" else self.styles
            self._within.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or style."""
        self._within = None

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._within is None:
            self.text += data
        else:
            self._within[-1] += data


def page(assessment: Assessment, audience: Audience) -> str:
    return render(assessment, Order(Edition(audience), ("html",)))["page.html"].decode()


def poisoned(made: Assessment) -> Assessment:
    """The same with hostile text wherever text can be."""
    return evolve(
        made,
        city=evolve(made.city, name=EVIL, sources=({"id": EVIL, "title": EVIL, "issuer": EVIL, "date": EVIL},)),
        facts=tuple(
            evolve(one, title=EVIL, given=EVIL, content=(), note=EVIL, source=EVIL, at=EVIL) for one in made.facts
        ),
        outcomes=tuple(evolve(one, title=EVIL, clause=EVIL, note=EVIL, failure=EVIL) for one in made.outcomes),
        findings=tuple(evolve(one, title=EVIL, says=EVIL) for one in made.findings),
        observations=tuple({**one, "says": EVIL, "method": EVIL} for one in made.observations),
        ruleset=evolve(made.ruleset, title=EVIL, notice=EVIL),
    )
