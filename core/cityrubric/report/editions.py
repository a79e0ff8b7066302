"""Which documents are asked for, of what kind, and what a format is: all that renderers know of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import evolve, field, frozen

from cityrubric.pluginhost import Offers, load_plugins
from cityrubric.project import SHIPPED, Project
from cityrubric.report.audience import Audience, View
from cityrubric.report.choices import Choices
from cityrubric.report.reading import WORDS_FILE, read_texts, report_folder, with_sections
from cityrubric.report.rows import Row
from cityrubric.report.texts import Texts

STAGES = ("draft", "feedback", "review", "final")
"""How far a document has come: 初稿, 反馈稿, 复核稿, 定稿; a rule set's report texts say what each is called."""


@frozen
class Edition:
    """What is the same for all documents of one run.

    Attributes:
        audience: whom they are for.
        stage: one of `STAGES`.
        issued: the day printed on them; None leaves it to be filled in by hand.
        templates: the folder of report texts and templates; None for the one of the rule set.
        choices: what people have decided about sentences, by their ids.
        beside: other cities of the same run, to put this one beside; for internal use only.
        offers: of the plugins whose sections stand in the documents; `edition_of` finds them.
    """

    audience: Audience = Audience.PUBLIC
    stage: str = STAGES[0]
    issued: date | None = None
    templates: Path | None = None
    choices: Choices = field(factory=dict, eq=False)  # a run is told from others by its hash
    beside: tuple[Row, ...] = ()
    offers: Offers | None = field(default=None, eq=False, repr=False)


@frozen
class Order:
    """Which documents are asked for.

    Attributes:
        edition: what is the same for all of them.
        formats: by name.
        project: whose plugins may offer further formats.
    """

    edition: Edition
    formats: tuple[str, ...]
    project: Project = SHIPPED


Renderer = Callable[[View, Edition], Mapping[str, bytes]]
"""Makes the files of one city, by name. It sees nothing but the view; it is called with heavy imports of its own."""

Summariser = Callable[[Sequence[Row], Edition], Mapping[str, bytes]]
"""Makes the files that tell of all cities of a run, by name."""


@frozen
class Format:
    """One format.

    Attributes:
        name: as in `--format NAME`.
        render: makes its files.
        summarise: makes its files about all cities of a run; None where it has none.
        public: whether anything is left of it for the public.
        texts: whether it cannot be made without report texts.
        beside: whether it shows the city beside the others of a run.
        photos: whether it shows photos; they are taken from the city's folder only then.
    """

    name: str
    render: Renderer
    summarise: Summariser | None = None
    public: bool = True
    texts: bool = False
    beside: bool = False
    photos: bool = False


def edition_of(order: Order, version: str) -> Edition:
    """Return the edition that is asked for, with the sections of plugins and the report texts of the project's own.

    Raises:
        PluginError: if a plugin cannot be loaded.
    """
    folder = order.project.folder
    offers = load_plugins(*order.project.plugin_folders, without=order.project.without)
    edition = evolve(order.edition, offers=offers)
    if edition.templates is None and folder is not None and version in order.project.ruleset_versions():
        own = folder / "rulesets" / version / "report"
        return evolve(edition, templates=own) if (own / WORDS_FILE).is_file() else edition
    return edition


def texts_of(version: str, edition: Edition) -> Texts:
    """Return the report texts of an edition.

    Raises:
        CityrubricError: if there are none.
        Faults: everything that is wrong in them.
    """
    texts = read_texts(report_folder(version, edition.templates))
    return with_sections(texts, edition.offers) if edition.offers else texts
