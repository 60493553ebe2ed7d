"""What a whole import comes to, and what a month's note keeps of label and joined sheets."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from weixi.flow.book.result import FeedResult
from weixi.flow.extract import FeedName, JoinCount, LabelCount


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
