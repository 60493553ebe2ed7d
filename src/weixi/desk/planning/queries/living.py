"""The living plan: the document that a manager signs, each sentence with its figures and its count."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from weixi.desk.base.book import playbook, store
from weixi.desk.planning.counts import Count, counts_of
from weixi.desk.planning.models import PlaybookVersion
from weixi.desk.planning.queries.plan import maker_of, plan_months
from weixi.desk.planning.sources import FILE, read, text_in_force
from weixi.desk.worker.queries import JobLine, last_job
from weixi.flow.book import FEATURE
from weixi.flow.decision import require_plan
from weixi.flow.run import VOCABULARY
from weixi.kernel.errors import DataError
from weixi.kernel.language import Language
from weixi.kernel.period import Month
from weixi.playbook import Figure, change, figures_of, keys_of
from weixi.playbook.render.document import Clause, Grid, Heading
from weixi.playbook.render.plan import document

RESULT = 2
"""The form of a trial's result: one that was kept in another form is done again."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, heading or row of the plan.

    `key` names its entry (`warning-port_out_query`; empty: none), `cells` are a row's, `figures` what can be changed.
    """

    kind: str
    text: str
    lead: str
    cells: tuple[tuple[str, str], ...]
    key: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One figure that can be changed, the first sentence in which it stands, and in how many it does.

    `owner` is the entry whose own it is, where its name alone (“low”) does not say that.
    """

    figure: Figure
    owner: str
    place: int
    sentence_count: int


@dataclass(frozen=True, slots=True)
class LivingPlan:
    """The plan's text as sentences; `chapters` are the headings with their numbers in `sentences`.

    `index` lists all that can be changed, each once, in the plan's order.
    """

    title: str
    sentences: tuple[Sentence, ...]
    chapters: tuple[tuple[int, str], ...]
    index: tuple[IndexLine, ...] = ()


def text_of(version: int | None, edits: Mapping[str, str]) -> str:
    """The text of the version (none: the one in force) with those figures. Raises UsageError for a wrong figure."""
    if version is None:
        text = text_in_force(settings.HOME)
    else:
        text = PlaybookVersion.objects.values_list("text", flat=True).get(id=version)
    return change(text.encode(), edits).decode()


def living_plan(text: str, language: Language) -> LivingPlan:
    """The sentences of the plan that the text makes. Raises FaultList where it makes none."""
    return _living(text, language)


def reworded(plan: LivingPlan, tried: LivingPlan) -> tuple[tuple[int, Sentence], ...]:
    """The sentences that the tried text says otherwise, each with its place in the plan; its figures are the plan's."""
    if [(one.kind, one.key) for one in plan.sentences] != [(one.kind, one.key) for one in tried.sentences]:
        return ()
    pairs = enumerate(zip(plan.sentences, tried.sentences, strict=True))
    return tuple(
        (place, replace(new, figures=old.figures))
        for place, (old, new) in pairs
        if (old.text, old.lead, old.cells) != (new.text, new.lead, new.cells)
    )


def data_month() -> Month | None:
    """The latest month that was run: what the counts are of."""
    found = plan_months()
    return found[0].plus(-1) if found else None


def live_counts(month: Month) -> dict[str, Count] | None:
    """What each entry of the playbook in force comes to; None where another playbook made the month's plan."""
    own = store()
    try:
        plan = require_plan(own, month.plus(1))
        if maker_of(own, month.plus(1)).fingerprint != playbook().fingerprint:
            return None
    except DataError:
        return None
    return _counts(settings.HOME, plan.fingerprint, playbook().fingerprint, month)


def trial_key(month: Month, text: str) -> str:
    """The name of one trial: what is compared, and on which data."""
    feature = store().current(FEATURE, month=month.number)
    data = feature.fingerprint if feature is not None else ""
    said = json.dumps([RESULT, str(month), data, playbook().fingerprint, text], ensure_ascii=False)
    return f"{month} {hashlib.sha256(said.encode()).hexdigest()[:24]}"


def trial_job(key: str) -> JobLine | None:
    """The last trial of that name."""
    return last_job(kind="planning.try", key=key)


@lru_cache(maxsize=8)
def _living(text: str, language: Language) -> LivingPlan:
    found = read(text)
    if found.playbook is None:
        return LivingPlan("", (), ())
    made = document(found.playbook, VOCABULARY, language)
    keys, figures = keys_of(found), figures_of(found, FILE)
    sentences: list[Sentence] = []
    chapters: list[tuple[int, str]] = []

    def entry(at: str) -> tuple[str, tuple[Figure, ...]]:
        section, code = keys.get(at, ("", ""))
        return f"{section}-{code}" if section else "", figures.get(at, ())

    for block in made.blocks:
        if isinstance(block, Heading):
            if block.level == 1:
                chapters.append((len(sentences), block.text))
            sentences.append(Sentence(f"heading{block.level}", block.text, "", (), "", ()))
        elif isinstance(block, Clause):
            key, own = entry(block.at)
            sentences.append(Sentence("clause", block.text, block.lead, (), key, own))
        elif isinstance(block, Grid) and any(block.ats):
            for row, at in zip(block.rows, block.ats, strict=True):
                key, own = entry(at)
                cells = tuple(zip(block.headings, row, strict=True))
                sentences.append(Sentence("row", "", "", cells, key, own))
    return LivingPlan(made.title, tuple(sentences), tuple(chapters), _index(sentences))


def _index(sentences: list[Sentence]) -> tuple[IndexLine, ...]:
    places: dict[Figure, list[int]] = {}
    for place, sentence in enumerate(sentences):
        for figure in sentence.figures:
            places.setdefault(figure, []).append(place)
    return tuple(
        IndexLine(figure, _owner(figure, sentences[found[0]]), found[0], len(found))
        for figure, found in places.items()
    )


def _owner(figure: Figure, sentence: Sentence) -> str:
    if figure.name.startswith("parameter."):
        return ""
    words = sentence.cells[0][1] if sentence.cells else sentence.lead
    return re.split("[：:（(]", words.strip("：: "))[0].strip()


@lru_cache(maxsize=8)
def _counts(home: Path, plan: str, maker: str, month: Month) -> dict[str, Count]:
    return counts_of(store(), playbook(), month)
