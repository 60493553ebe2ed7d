"""How right the levels of a day were: of the lines that an event put on a level, how many left within 7 days of it."""

from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH
from weixi.flow.score.churn import CHURN_SCORE, left_text
from weixi.flow.score.event.day import raised_pieces
from weixi.flow.score.event.tables import EVENT_RISK, SOON
from weixi.flow.score.judged import QUARTER, level_sql
from weixi.flow.score.month import scoring, training_of
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook


@dataclass(frozen=True, slots=True)
class EventLevel:
    """What came of the lines that an event put on a level: `soon_count` left by choice within 7 days after it."""

    level: WarningLevel
    line_count: int
    soon_count: int

    @property
    def soon_rate(self) -> float | None:
        """7 日内离网率 of the level; None without lines."""
        return self.soon_count / self.line_count if self.line_count else None


@dataclass(frozen=True, slots=True)
class EventJudged:
    """The scored months whose events and outcome are known, oldest first, and what came of each level.

    Each line counts once a month, at its first event that tells, on the level that its day would have given it: the
    score of the month before and what that month had learnt of events.
    """

    months: tuple[Month, ...]
    levels: tuple[EventLevel, ...]


def judge_events(store: Store, playbook: Playbook, month: Month) -> EventJudged:
    """What came of the days' levels in the last three months that the book of `month` tells; no month: not known."""
    rule = scoring(playbook)
    windows = training_of(rule).windows
    counted = {level.value: [0, 0] for level in WarningLevel}
    months = []
    for each in windows.latest_known(month).back(QUARTER):
        inputs = {
            "score": store.current(CHURN_SCORE, month=each.number),
            "risk": store.current(EVENT_RISK, month=each.number),
            "event": store.current(EVENT, month=each.plus(windows.gap_months + 1).number),
            "later": store.current(SUBSCRIBER_MONTH, month=windows.known_by(each).number),
        }
        known = {name: part for name, part in inputs.items() if part is not None}
        if len(known) < len(inputs):
            continue
        months.append(each)
        for row in store.rows(
            _text(level_sql(rule, "r.score")),
            inputs=known,
            parameters={"gap_last": each.plus(windows.gap_months).last},
        ):
            own = counted[row["level"]]
            counted[row["level"]] = [own[0] + int(row["line_count"]), own[1] + int(row["soon_count"])]
    return EventJudged(
        tuple(months), tuple(EventLevel(level, *counted[level.value]) for level in WarningLevel)
    )


def _text(level: str) -> str:
    """Lines and those that left within SOON days by level, over `score`, `risk`, `event`, `later`; `$gap_last`."""
    pieces = Pipeline()
    pieces.add("came", left_text())
    pieces.add(
        "first_event",
        """SELECT e.subscriber_id, min(e.event_date) AS event_date
FROM event e JOIN risk r ON r.event_type = e.event_type WHERE r.low > 1 GROUP BY e.subscriber_id""",
    )
    pieces.add(
        "dated",
        """SELECT e.subscriber_id, e.event_type, e.event_date FROM event e JOIN first_event f
  ON f.subscriber_id = e.subscriber_id AND f.event_date = e.event_date""",
    )
    raised_pieces(pieces)
    return pieces.text(
        f"""SELECT {level} AS level, CAST(count(*) AS BIGINT) AS line_count, CAST(sum(
    CASE WHEN c.label = 1 AND l.exit_date <= r.event_date + {SOON} THEN 1 ELSE 0 END) AS BIGINT) AS soon_count
FROM raised r JOIN came c ON c.subscriber_id = r.subscriber_id JOIN later l ON l.subscriber_id = r.subscriber_id
WHERE c.label IS NOT NULL AND (c.label = 0 OR l.exit_date > r.event_date) GROUP BY {level}"""
    )
