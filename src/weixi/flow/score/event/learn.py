"""What the book's own months say of each kind of event: how often a line that had one left, soon and in the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log, sqrt

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH, in_service_sql
from weixi.flow.score.churn import Windows, left_text
from weixi.flow.score.event.tables import EVENT_RISK, SOON
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.kernel.terms import EventType, LineType, LineUse

ERRORS = 3.0
"""Standard errors by which a ratio must be above 1: of eleven kinds of events hardly one is believed by chance."""

_HALF = 0.5
_COUNTS = ("line_count", "soon_count", "left_count")


@dataclass(frozen=True, slots=True)
class EventTold:
    """One row of EVENT_RISK: of `line_count` lines that had the event `soon_count` left within 7 days after it.

    `ratio` multiplies the odds of leaving in the window; `low` is its lower bound.
    """

    event_type: EventType
    line_count: int
    soon_count: int
    left_count: int
    all_count: int
    all_soon_count: int
    all_left_count: int
    ratio: float
    low: float

    @property
    def is_telling(self) -> bool:
        """Whether the event surely raises the risk."""
        return self.low > 1

    @property
    def soon_rate(self) -> float:
        """Of the lines that had it, the part that left within 7 days."""
        return self.soon_count / self.line_count

    @property
    def random_rate(self) -> float:
        """The same of lines picked at random, from a month's end on."""
        return self.all_soon_count / self.all_count


def build_event_risk(store: Store, months: Sequence[Month], windows: Windows, month: Month) -> Partition:
    """What events say (EVENT_RISK of `month`), from the observed `months` as far as the book has their events.

    Lines: main cards in service at the end of the observed month; events: those of the month after. Who left
    otherwise than by choice is left out, as in training, and who had left before the event.
    """
    used: list[tuple[Month, dict[str, Partition]]] = []
    for each in months:
        event = store.current(EVENT, month=each.plus(windows.gap_months + 1).number)
        if event is not None:
            was = store.require(SUBSCRIBER_MONTH, month=each.number)
            later = store.require(SUBSCRIBER_MONTH, month=windows.known_by(each).number)
            used.append((each, {"was": was, "later": later, "event": event}))
    origin = fingerprint(repr(windows), *(part.fingerprint for _, parts in used for part in parts.values()))
    there = store.current(EVENT_RISK, month=month.number)
    if there is not None and there.manifest.note.get("origin") == origin:
        return there
    counted: dict[str, list[int]] = {}
    for each, parts in used:
        gap_last = each.plus(windows.gap_months).last
        for row in store.rows(
            _text(),
            inputs=parts,
            parameters={"gap_last": gap_last, "soon_last": gap_last + timedelta(days=SOON)},
        ):
            own = counted.setdefault(row["event_type"], [0, 0, 0])
            counted[row["event_type"]] = [a + int(row[name]) for a, name in zip(own, _COUNTS, strict=True)]
    everybody = counted.pop("", [0, 0, 0])
    rows = [_row(kind, counts, everybody) for kind, counts in sorted(counted.items())]
    made = pa.Table.from_pylist(rows, schema=arrow_schema(EVENT_RISK))
    return store.put(
        EVENT_RISK,
        {"month": month.number},
        made.to_batches(),
        origin=origin,
        seal=True,
        note={"origin": origin, "months": [each.number for each, _ in used]},
    )


def read_event_risk(store: Store, month: Month) -> tuple[EventTold, ...]:
    """What each kind of event says as of that month, the one that raises the risk most first; none: not learnt."""
    partition = store.current(EVENT_RISK, month=month.number)
    if partition is None:
        return ()
    rows = store.rows(
        f"SELECT {columns_sql(EVENT_RISK)} FROM risk ORDER BY ratio DESC, event_type",
        inputs={"risk": partition},
    )
    return tuple(EventTold(**{**row, "event_type": EventType(row["event_type"])}) for row in rows)


def _row(kind: str, counts: Sequence[int], everybody: Sequence[int]) -> Mapping[str, object]:
    """The counts of one kind with the ratio of how frequent it is among leavers and among stayers."""
    lines, soon, left = counts
    whole, all_soon, all_left = everybody
    # Half a line is added to each count, so that none is 0 (Haldane 1955).
    leavers = [left + _HALF, all_left + 2 * _HALF]
    stayers = [lines - left + _HALF, whole - all_left + 2 * _HALF]
    ratio = log(leavers[0] / leavers[1]) - log(stayers[0] / stayers[1])
    error = sqrt(sum(1 / each[0] - 1 / each[1] for each in (leavers, stayers)))
    return {
        "event_type": kind,
        "line_count": lines,
        "soon_count": soon,
        "left_count": left,
        "all_count": whole,
        "all_soon_count": all_soon,
        "all_left_count": all_left,
        "ratio": exp(ratio),
        "low": exp(ratio - ERRORS * error),
    }


def _text() -> str:
    """Counts by kind of event, and of all lines (kind ''), over `was`, `later`, `event`; `$gap_last`, `$soon_last`."""
    pieces = Pipeline()
    pieces.add("came", left_text())
    pieces.add(
        "observed",
        f"""SELECT w.subscriber_id, c.label, CASE WHEN c.label = 1 THEN l.exit_date END AS exit_date
FROM was w JOIN came c ON c.subscriber_id = w.subscriber_id JOIN later l ON l.subscriber_id = w.subscriber_id
WHERE {in_service_sql("w.service_status")} AND w.line_use = '{LineUse.COMMERCIAL}'
  AND w.line_type = '{LineType.MOBILE_MAIN}' AND c.label IS NOT NULL""",
    )
    pieces.add(
        "met",
        "SELECT subscriber_id AS met_id, event_type, min(event_date) AS met_date FROM event "
        "GROUP BY subscriber_id, event_type",
    )
    counts = """CAST(count(*) AS BIGINT) AS line_count,
  COALESCE(CAST(sum(CASE WHEN o.exit_date <= {until} THEN 1 ELSE 0 END) AS BIGINT), 0) AS soon_count,
  COALESCE(CAST(sum(o.label) AS BIGINT), 0) AS left_count"""
    return pieces.text(
        f"""SELECT m.event_type, {counts.format(until=f"m.met_date + {SOON}")}
FROM observed o JOIN met m ON m.met_id = o.subscriber_id
WHERE o.label = 0 OR o.exit_date > m.met_date GROUP BY m.event_type
UNION ALL
SELECT '' AS event_type, {counts.format(until="$soon_last")} FROM observed o"""
    )
