"""Every scored line of a month in the order of its risk of today: the month's score, raised by what its events say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import day_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.score.event import DAY_SCORE
from weixi.flow.score.judged import level_sql
from weixi.flow.score.listing import require_scores
from weixi.flow.score.month import scoring
from weixi.kernel.period import Month
from weixi.kernel.terms import EventType, WarningLevel
from weixi.playbook import Playbook

RISK_LEVELS = tuple(WarningLevel)


@dataclass(frozen=True, slots=True)
class Raised:
    """What an event has made of one line's score since the month's end: the strongest of its days."""

    event_type: EventType
    event_date: date
    month_score: int
    score: int
    probability: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """The month's scored lines, the likeliest to leave first, and those that events have raised since.

    `lines` has `subscriber_id`, `unit` (its care unit) and `level` (the place of today's level in RISK_LEVELS): some 13
    bytes a line. `last_day` is the last day that was scored; None: none was.
    """

    month: Month
    lines: pa.Table
    raised: Mapping[int, Raised]
    last_day: date | None


def day_scores(store: Store, month: Month) -> list[Partition]:
    """The days that were scored on top of the month's scores, oldest first."""
    return [p for p in store.partitions(DAY_SCORE) if int(p.key["month"]) == month.plus(1).number]


def rank_lines(store: Store, playbook: Playbook, month: Month) -> Ranking:
    """The ranking of a month. Two statements. Raises DataError where the month has no scores, with the reason."""
    days = day_scores(store, month)
    pieces = Pipeline()
    inputs: dict[str, Partition | list[Partition]] = {
        "score": require_scores(store, month),
        "assignment": store.require(ASSIGNMENT, month=month.number),
    }
    score, chance, join = "s.score", "s.probability_ppm", ""
    if days:
        inputs["day_score"] = days
        pieces.add(
            "since",
            "SELECT subscriber_id AS since_id, max(score) AS day_score, max(probability_ppm) AS day_ppm "
            "FROM day_score GROUP BY subscriber_id",
        )
        join = "LEFT JOIN since t ON t.since_id = s.subscriber_id"
        score = "GREATEST(s.score, COALESCE(t.day_score, 0))"
        chance = "GREATEST(s.probability_ppm, COALESCE(t.day_ppm, 0))"
    places = " ".join(f"WHEN '{level}' THEN {place}" for place, level in enumerate(RISK_LEVELS))
    pieces.add(
        "placed",
        f"""SELECT s.subscriber_id, a.unit_code AS unit, {level_sql(scoring(playbook), score)} AS level, {chance} AS ppm
FROM score s JOIN assignment a ON a.subscriber_id = s.subscriber_id {join}""",
    )
    found = store.arrow(
        pieces.text(
            f"SELECT subscriber_id, unit, CASE level {places} END AS level FROM placed ORDER BY ppm DESC, subscriber_id"
        ),
        inputs=inputs,
    )
    columns = {
        "subscriber_id": found["subscriber_id"],
        "unit": found["unit"].cast(pa.string()).combine_chunks().dictionary_encode(),
        "level": found["level"].cast(pa.int8()),
    }
    last = max((day_of(p) for p in days), default=None)
    return Ranking(month, pa.table(columns), _raised(store, days), last)


def _raised(store: Store, days: list[Partition]) -> dict[int, Raised]:
    if not days:
        return {}
    rows = store.rows(
        """SELECT subscriber_id, event_type, event_date, month_score, score, probability_ppm FROM day_score
ORDER BY subscriber_id, probability_ppm, event_date""",
        inputs={"day_score": days},
    )
    return {
        int(row["subscriber_id"]): Raised(
            EventType(row["event_type"]),
            row["event_date"],
            int(row["month_score"]),
            int(row["score"]),
            row["probability_ppm"] / 1e6,
        )
        for row in rows
    }
