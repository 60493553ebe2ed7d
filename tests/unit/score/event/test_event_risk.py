"""What events say of leaving and what a day makes of it: on hand-made months, counted again in plain loops."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from math import exp, log, sqrt
from random import Random

import pytest

from weixi.engine import Partition, Store
from weixi.flow.book import DAY_EVENT, EVENT, SUBSCRIBER_MONTH
from weixi.flow.score import (
    CHURN_SCORE,
    DAY_SCORE,
    EVENT_RISK,
    ChurnWindows,
    judge_events,
    read_event_risk,
    score_day,
)
from weixi.flow.score.event import build_event_risk
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook

Put = Callable[..., Partition]
MARCH, NOW = Month.of(2025, 3), Month.of(2025, 7)
LINES, WINDOWS, WEEK = 500, ChurnWindows(), timedelta(days=7)
KINDS = {"PORT_OUT_QUERY": (0.50, 0.05), "REPAIR": (0.10, 0.10)}
"""Event → its share among lines that will leave, and among the others."""


class Life:
    """One observed month: who had which event in the month after and who left when, in which way."""

    def __init__(self, month: Month, seed: int) -> None:
        chance = Random(seed)
        self.month = month
        april, end = month.plus(1), month.plus(2).last
        self.events: list[tuple[int, str, date]] = []
        self.left: dict[int, tuple[date, str]] = {}
        for line in range(1, LINES + 1):
            if chance.random() < 0.2:
                day = april.first + timedelta(days=chance.randrange((end - april.first).days + 1))
                self.left[line] = day, chance.choice(("PORTED_OUT", "CANCELLED", "DEBT_CANCELLED"))
            for kind, shares in KINDS.items():
                if chance.random() < shares[line not in self.left]:
                    for _ in range(chance.randrange(1, 3)):
                        self.events.append((line, kind, april.first + timedelta(days=chance.randrange(28))))

    def put(self, put: Put) -> None:
        ids = range(1, LINES + 1)
        # Of the last two, one is no main card and one not in service.
        odd = {LINES: {"line_type": "BROADBAND"}, LINES - 1: {"service_status": "PENDING_CANCEL"}}
        put(
            SUBSCRIBER_MONTH,
            [{"subscriber_id": each, **odd.get(each, {})} for each in ids],
            month=self.month.number,
        )
        gone = [
            {"subscriber_id": each, "service_status": "EXITED", "exit_date": day, "exit_type": kind}
            for each, (day, kind) in self.left.items()
        ]
        here = [{"subscriber_id": each} for each in ids if each not in self.left]
        put(SUBSCRIBER_MONTH, [*here, *gone], month=self.month.plus(2).number)
        rows = [
            {
                "event_id": number,
                "subscriber_id": line,
                "event_type": kind,
                "event_date": day,
                "happened_at": datetime(day.year, day.month, day.day, 2, tzinfo=UTC).replace(tzinfo=None),
            }
            for number, (line, kind, day) in enumerate(self.events, start=1)
        ]
        put(EVENT, rows, month=self.month.plus(1).number)

    def told(self) -> Iterator[tuple[int, date | None]]:
        """Every line that counts, with the day it left by choice."""
        for line in range(1, LINES - 1 + 1):
            day, kind = self.left.get(line, (None, ""))
            if kind != "DEBT_CANCELLED":
                yield line, day


@pytest.fixture
def lives(put: Put) -> list[Life]:
    # Two observed months that share no month of the book.
    lives = [Life(MARCH.plus(-3), 3), Life(MARCH, 4)]
    for each in lives:
        each.put(put)
    return lives


def counted(lives: list[Life]) -> tuple[dict[str, list[int]], list[int]]:
    """Lines, left within a week, left in the window: by kind of event and of all."""
    by: dict[str, list[int]] = {kind: [0, 0, 0] for kind in KINDS}
    everybody = [0, 0, 0]
    for life in lives:
        first: dict[tuple[int, str], date] = {}
        for line, kind, day in life.events:
            first[line, kind] = min(day, first.get((line, kind), day))
        for line, gone in life.told():
            everybody[0] += 1
            everybody[1] += gone is not None and gone <= life.month.last + WEEK
            everybody[2] += gone is not None
            for kind in KINDS:
                met = first.get((line, kind))
                if met is None or (gone is not None and gone <= met):
                    continue
                by[kind][0] += 1
                by[kind][1] += gone is not None and gone <= met + WEEK
                by[kind][2] += gone is not None
    return by, everybody


@pytest.mark.req("P13")
def test_what_events_say_is_counted_from_the_book(store: Store, lives: list[Life]) -> None:
    build_event_risk(store, [life.month for life in lives], WINDOWS, NOW)
    found = {each.event_type.value: each for each in read_event_risk(store, NOW)}
    by, everybody = counted(lives)
    assert set(found) == set(KINDS)
    for kind, (lines, soon, left) in by.items():
        told = found[kind]
        assert (told.line_count, told.soon_count, told.left_count) == (lines, soon, left)
        assert [told.all_count, told.all_soon_count, told.all_left_count] == everybody
        with_it = (left + 0.5) / (everybody[2] + 1)
        without = (lines - left + 0.5) / (everybody[0] - everybody[2] + 1)
        assert told.ratio == pytest.approx(with_it / without)
        parts = ((left + 0.5, everybody[2] + 1), (lines - left + 0.5, everybody[0] - everybody[2] + 1))
        error = sqrt(sum(1 / a - 1 / b for a, b in parts))
        assert told.low == pytest.approx(exp(log(with_it / without) - 3 * error))
        assert told.soon_rate == soon / lines
        assert told.random_rate == everybody[1] / everybody[0]
    assert found["PORT_OUT_QUERY"].is_telling
    assert not found["REPAIR"].is_telling
    made = store.require(EVENT_RISK, month=NOW.number)
    assert build_event_risk(store, [life.month for life in lives], WINDOWS, NOW).path == made.path


def risk_and_score(put: Put, month: Month) -> dict[int, tuple[int, int]]:
    """Scores of a month by hand, (score, ppm) by line, and two events that tell beside one that does not."""
    scores = {line: (100 * (line - 1) // LINES, 100 * line) for line in range(1, LINES + 1)}
    put(
        CHURN_SCORE,
        [{"subscriber_id": line, "score": s, "probability_ppm": p} for line, (s, p) in scores.items()],
        month=month.number,
    )
    told = {"PORT_OUT_QUERY": (8.0, 5.0), "COMPLAINT": (2.5, 1.2), "REPAIR": (3.0, 0.9)}
    risk = [{"event_type": kind, "ratio": ratio, "low": low} for kind, (ratio, low) in told.items()]
    put(EVENT_RISK, risk, month=month.number)
    return scores


def raised(scores: dict[int, tuple[int, int]], line: int, ratio: float) -> tuple[int, int]:
    """Today's (score, ppm) of a line, by Bayes' rule and a look along the month's lines."""
    chance = scores[line][1] / 1e6
    odds = chance / (1 - chance) * ratio
    ppm = round(1e6 * odds / (1 + odds))
    return max(score for score, least in scores.values() if least <= ppm), ppm


@pytest.mark.req("P13")
def test_a_telling_event_gives_todays_level(store: Store, put: Put) -> None:
    scores = risk_and_score(put, MARCH)
    day = date(2025, 4, 10)
    events = [
        (5, "PORT_OUT_QUERY", day),
        (30, "COMPLAINT", day),
        (30, "PORT_OUT_QUERY", day),
        (40, "COMPLAINT", date(2025, 4, 9)),
        (50, "REPAIR", day),
        (60, "PORT_OUT_QUERY", date(2025, 3, 31)),
        (999, "PORT_OUT_QUERY", day),
    ]
    rows = [
        {
            "day": day,
            "event_id": number,
            "subscriber_id": line,
            "event_type": kind,
            "event_date": at,
            "happened_at": datetime(at.year, at.month, at.day, 3, tzinfo=UTC).replace(tzinfo=None),
        }
        for number, (line, kind, at) in enumerate(events, start=1)
    ]
    put(DAY_EVENT, rows, month=202504, day="2025-04-10")
    [made] = score_day(store, day)
    found = {
        row["subscriber_id"]: (row["event_type"], row["month_score"], row["score"], row["probability_ppm"])
        for row in store.rows(f"SELECT {', '.join(DAY_SCORE.types)} FROM d", inputs={"d": made})
    }
    # 50's event tells nothing, 60's is of the month before, 999 has no score; 30's stronger event counts.
    assert found == {
        5: ("PORT_OUT_QUERY", 0, *raised(scores, 5, 8.0)),
        30: ("PORT_OUT_QUERY", 5, *raised(scores, 30, 8.0)),
        40: ("COMPLAINT", 7, *raised(scores, 40, 2.5)),
    }
    assert found[30][2] > 40 > found[5][2]
    assert made.manifest.seal is not None


@pytest.mark.req("P13")
def test_the_days_levels_are_judged_by_who_left_within_a_week(
    store: Store, put: Put, lives: list[Life], work_plan: Playbook
) -> None:
    life = lives[1]
    scores = risk_and_score(put, MARCH)
    found = judge_events(store, work_plan, life.month.plus(2))
    assert found.months == (MARCH,)
    expected = {level: [0, 0] for level in WarningLevel}
    gone_of = dict(life.told())
    ratios = {"PORT_OUT_QUERY": 8.0}
    for line in scores:
        days = [day for other, kind, day in life.events if other == line and kind in ratios]
        if not days or line not in gone_of:
            continue
        met, gone = min(days), gone_of[line]
        if gone is not None and gone <= met:
            continue
        score = raised(scores, line, ratios["PORT_OUT_QUERY"])[0]
        level = WarningLevel.RED if score >= 80 else WarningLevel.YELLOW if score >= 50 else WarningLevel.BLUE
        expected[level][0] += 1
        expected[level][1] += gone is not None and gone <= met + WEEK
    assert {each.level: [each.line_count, each.soon_count] for each in found.levels} == expected
    assert sum(soon for _, soon in expected.values()) > 5
