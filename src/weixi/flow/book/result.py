"""How an import is asked for, how it tells where it stands, and what comes of it."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from weixi.flow.extract import FeedName, JoinCount, LabelCount
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What came of one feed of one month: input = accepted + quarantined, and duplicates are quarantined too.

    `revision` and `fingerprint` are the book's after the import (a dry run: None); `is_changed` says whether this
    import wrote them (a dry run: would write them). `unlisted` lines were in the book the month before and are no
    longer listed; `held` ones are listed, but their record was refused: they stay as they were. `label` counts the
    accepted records by the operator's own churn column; `joins` tell what became of joined sheets.
    """

    feed: FeedName
    month: Month
    input: int
    accepted: int
    quarantined: int
    duplicates: int
    revision: int | None
    fingerprint: str | None
    is_changed: bool
    unlisted: int = 0
    held: int = 0
    missing_columns: tuple[str, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    label: LabelCount | None = None
    joins: tuple[JoinCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """The records of a whole import, each counted once: input = accepted + quarantined.

    Where a mapping reads the same file as several months, a record is accepted if the strictest of them takes it.
    """

    input: int
    accepted: int
    quarantined: int
    duplicates: int
    label: LabelCount | None


def in_all(results: Sequence[FeedResult], repeated: Container[FeedName]) -> Totals:
    """The totals of one extract's results; of `repeated` feeds every month reads the same records."""
    counted: list[FeedResult] = []
    for feed in dict.fromkeys(result.feed for result in results):
        own = [result for result in results if result.feed is feed]
        counted += [min(own, key=lambda result: result.accepted)] if feed in repeated else own
    labels = [result.label for result in counted if result.label is not None]
    counts: dict[str, int] = {}
    for label in labels:
        for value, count in label.counts.items():
            counts[value] = counts.get(value, 0) + count
    return Totals(
        input=sum(result.input for result in counted),
        accepted=sum(result.accepted for result in counted),
        quarantined=sum(result.quarantined for result in counted),
        duplicates=sum(result.duplicates for result in counted),
        label=LabelCount(labels[0].column, labels[0].gone, counts) if labels else None,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an import stands: `rows` records of `total` (None: not known) of one feed were read."""

    feed: FeedName
    month: Month | None
    rows: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Intake:
    """How an extract is to be taken: who, when (with zone), and what is allowed.

    `month` is that of files that tell none; `restate` is the reason for changing a closed month; a dry run counts and
    writes nothing.
    """

    actor: str
    now: datetime
    month: Month | None = None
    restate: str | None = None
    dry_run: bool = False
    progress: Callable[[Progress], None] = lambda _: None


def sources_note(label: LabelCount | None, joins: tuple[JoinCount, ...]) -> dict[str, Any]:
    """What a partition's note keeps of label and joined sheets."""
    return {
        "label": None if label is None else asdict(label),
        "joins": [asdict(join) for join in joins],
    }


def noted_sources(note: Mapping[str, Any]) -> dict[str, Any]:
    """The same again, as arguments of FeedResult."""
    label = note.get("label")
    return {
        "label": None
        if label is None
        else LabelCount(label["column"], tuple(label["gone"]), label["counts"]),
        "joins": tuple(JoinCount(**join) for join in note.get("joins", ())),
    }
