"""The trial that a month's plan is: who is in it, in which arm, with what probability, and what became of each."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from handmade.playbooks import bare_playbook
from weixi.engine import Partition, Store, columns_sql
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN, PLAN_LINE
from weixi.flow.score import (
    CONTACT,
    BookTrial,
    Effect,
    Encoding,
    NoEffect,
    PlanMonth,
    Study,
    read_trial,
    score_uplift,
    study_arms,
    uplift_table,
)
from weixi.flow.score.uplift.trial import too_weak
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Playbook

MAY, JUNE, JULY = Month.of(2025, 5), Month.of(2025, 6), Month.of(2025, 7)
Put = Callable[..., Partition]

RULES = (
    HoldoutRule("duty", "COALESCE(arrears_fen, 0) > 0", Decimal(0)),
    HoldoutRule("mid", "bill_fen >= 8000", Decimal("0.01")),
    HoldoutRule("mass", "TRUE", Decimal("0.02")),
)
ORDINARY_TASK: Mapping[str, Any] = {
    "line_count": 1, "kind": "run_out", "task_type": "WARNING", "level": "RED", "happens_date": date(2025, 6, 20),
    "task_date": date(2025, 6, 5), "window_start_date": date(2025, 6, 5), "window_end_date": date(2025, 6, 20),
    "offer_cost_fen": 0, "unit_code": "U1", "node_code": "O1", "is_assessed": True, "is_holdout": False,
    "revenue_at_risk_fen": 27_000,
}  # fmt: skip


class Book:
    """Writes months of lines and the plan that was made of them."""

    def __init__(self, put: Put) -> None:
        self.put = put

    def lines(self, month: Month, rows: Mapping[int, Mapping[str, Any]]) -> None:
        """What the book, the features and the labels say of each line."""
        for table in (SUBSCRIBER_MONTH, FEATURE, LABEL):
            given = [
                {"subscriber_id": key, **{n: v for n, v in row.items() if n in table.types}}
                for key, row in rows.items()
            ]
            labels = {
                "grade": "REGULAR",
                "band": "B1",
                "stage": "STABLE",
                "cluster": "RURAL",
                "category": "PERSONAL",
            }
            if table is LABEL:
                given = [{**labels, **row} for row in given]
            self.put(table, given, month=month.number)

    def plan(
        self, month: Month, tasks: Mapping[int, Mapping[str, Any]], others: Mapping[int, int] | None = None
    ) -> PlanMonth:
        """One task a leading line; `others` says which further line is on whose task."""
        rows = [
            {"task_id": f"t{key}", "subscriber_id": key, "household_key": f"h{key}", **ORDINARY_TASK, **task}
            for key, task in tasks.items()
        ]
        listed = [(key, key) for key in tasks] + [(k, lead) for k, lead in (others or {}).items()]
        lines = [
            {
                "task_id": f"t{lead}",
                "subscriber_id": key,
                "kind": "run_out",
                "happens_date": date(2025, 6, 20),
            }
            for key, lead in listed
        ]
        return PlanMonth(
            month, self.put(PLAN, rows, month=month.number), self.put(PLAN_LINE, lines, month=month.number)
        )


@pytest.fixture
def book(put: Put) -> Book:
    return Book(put)


@pytest.fixture
def playbook(work_plan: Playbook) -> Playbook:
    return bare_playbook(holdouts=RULES, offers=work_plan.offers[:2])


def gone(day: date) -> dict[str, Any]:
    return {"service_status": "EXITED", "exit_date": day, "exit_type": "PORTED_OUT"}


def test_who_is_in_the_trial_and_what_became_of_each(store: Store, book: Book, playbook: Playbook) -> None:
    before: dict[int, dict[str, Any]] = {
        key: {"bill_fen": 3_000, "data_kb": 100 + key} for key in range(1, 9)
    }
    before[6]["arrears_fen"] = 500  # never held out: in neither arm
    before[8]["bill_fen"] = 9_000  # its household is held out as its least share says
    book.lines(MAY, before)
    after: dict[int, dict[str, Any]] = {key: {} for key in before}
    after[2] = gone(date(2025, 6, 19))  # the last day that counts
    after[3] = gone(date(2025, 6, 20))  # the window is over
    book.lines(JUNE, after)
    plan = book.plan(
        JUNE,
        {
            1: {"offer_code": "gift"},
            2: {"is_holdout": True},
            3: {},
            4: {"withdrawn_rule": "port_out_application"},
            5: {"window_end_date": date(2025, 7, 5)},  # still open: June's book cannot tell
            6: {},
            7: {"is_holdout": True},
        },
        others={8: 7},
    )
    trial = read_trial(store, playbook, [plan])
    assert isinstance(trial, BookTrial)
    usage = trial.features[:, trial.encoding.names.index("data_kb")]
    assert usage.tolist() == [101, 102, 103, 107]  # lines 1, 2, 3 and 7
    assert trial.offer == ("gift", "", "", "")
    assert trial.held.tolist() == [False, True, False, True]
    assert trial.held_share.tolist() == [0.02, 0.02, 0.02, 0.01]
    assert trial.retained.tolist() == [1, 0, 1, 1]
    book.lines(JULY, {**after, 5: gone(date(2025, 7, 4))})
    later = read_trial(store, playbook, [plan])
    assert isinstance(later, BookTrial)
    assert later.retained.tolist() == [1, 0, 1, 0, 1]


def test_a_household_counts_once_with_its_first_task(store: Store, book: Book, playbook: Playbook) -> None:
    book.lines(MAY, {1: {}, 2: {}})
    book.lines(JUNE, {1: {}, 2: {}, 3: {}})
    book.lines(JULY, {1: gone(date(2025, 7, 8)), 2: {}, 3: {}})
    window = {"window_start_date": date(2025, 7, 5), "window_end_date": date(2025, 7, 20)}
    june = book.plan(JUNE, {1: {}, 2: {"is_holdout": True}})
    july = book.plan(JULY, {1: window, 3: window})
    trial = read_trial(store, playbook, [july, june])
    assert isinstance(trial, BookTrial)
    assert trial.retained.tolist() == [1, 1, 1]
    assert trial.held.tolist() == [False, True, False]
    assert len(trial.origin) == 6


@pytest.mark.parametrize("rules", [(), (HoldoutRule("none", "TRUE", Decimal(0)),)])
def test_without_a_hold_out_nothing_is_known_and_one_is_offered(
    rules: tuple[HoldoutRule, ...], store: Store, book: Book
) -> None:
    book.lines(MAY, {key: {} for key in range(1, 41)})
    book.lines(JUNE, {key: gone(date(2025, 6, 9)) if key < 3 else {} for key in range(1, 41)})
    found = read_trial(store, bare_playbook(holdouts=rules), [book.plan(JUNE, {k: {} for k in range(1, 41)})])
    assert isinstance(found, NoEffect)
    assert found.effect is Effect.UNKNOWN
    assert found.base == pytest.approx(0.95)
    assert "只有风险，效果未知" in found.text.zh
    assert "留白组" in found.text.zh
    assert "risk only, effect unknown" in found.text.en
    assert min(need.control_count for need in found.needs) > 100


def test_a_plan_whose_windows_are_open_tells_nothing_yet(
    store: Store, book: Book, playbook: Playbook
) -> None:
    book.lines(MAY, {1: {}})
    found = read_trial(store, playbook, [book.plan(JUNE, {1: {}})])
    assert isinstance(found, NoEffect)
    assert found.needs == ()
    assert "效果未知" in found.text.zh


def test_a_hold_out_that_could_not_show_anything_is_said_to_be_too_small(
    store: Store, book: Book, playbook: Playbook
) -> None:
    lines = range(1, 1_001)
    book.lines(MAY, {key: {} for key in lines})
    book.lines(JUNE, {key: gone(date(2025, 6, 9)) if key % 50 == 0 else {} for key in lines})
    plan = book.plan(JUNE, {key: {"is_holdout": key > 920} for key in lines})
    trial = read_trial(store, playbook, [plan])
    assert isinstance(trial, BookTrial)
    (contact,) = study_arms(trial, (), count=2, seed=1, threads=1, clock=float)
    assert isinstance(contact.found, NoEffect)
    assert (contact.found.treated_count, contact.found.control_count) == (920, 80)
    assert "即使一户不走也看不出来" in contact.found.why.zh


@pytest.mark.parametrize(("held", "is_weak"), [(3_000, True), (3_500, False)])
def test_a_trial_that_half_the_leavers_would_not_show_in_is_not_studied(held: int, is_weak: bool) -> None:
    """By hand: 1 % leave, half of that is 0.5 points; 1.96 + 0.84 = 2.80; 2.80 × √(0.0099 ÷ n) = 0.005 at n = 3,118."""
    treated = 1_000_000
    outcome = np.ones(held + treated)
    outcome[: held // 100] = 0
    sides = np.arange(held + treated) < held
    trial = BookTrial(
        Encoding((), ()), np.zeros((held + treated, 0)), (), np.array([]), sides, np.array([]), outcome, ()
    )
    found = too_weak(trial, 0.5)
    assert (found is not None) == is_weak
    if found is not None:
        assert (found.treated_count, found.control_count) == (treated, held)
        assert found.needs
        assert "50%" in found.text.zh


def test_scores_are_sealed_and_say_unknown_where_nothing_is_known(
    store: Store, book: Book, playbook: Playbook
) -> None:
    gift, rare = (offer.code for offer in playbook.offers)
    rng = np.random.default_rng(1)
    keys = list(range(1, 3_001))
    angry, held = rng.random(3_000) < 0.5, rng.random(3_000) < 0.3
    # Contact keeps the angry and drives the others away.
    leaves = rng.random(3_000) < np.where(held, 0.3, np.where(angry, 0.05, 0.5))
    state = {
        key: {"has_open_complaint": bool(angry[k]), "data_kb": int(rng.integers(1_000))}
        for k, key in enumerate(keys)
    }
    book.lines(MAY, state)
    book.lines(JUNE, {key: gone(date(2025, 6, 9)) if leaves[k] else state[key] for k, key in enumerate(keys)})
    offered = np.where(rng.random(3_000) < 0.5, gift, None)
    plan = book.plan(
        JUNE,
        {
            key: {
                "is_holdout": bool(held[k]),
                "offer_code": None if held[k] else rare if k < 20 else offered[k],
            }
            for k, key in enumerate(keys)
        },
    )
    rules = (
        HoldoutRule("duty", "COALESCE(arrears_fen, 0) > 0", Decimal(0)),
        HoldoutRule("mass", "TRUE", Decimal("0.3")),
    )
    held_out = bare_playbook(holdouts=rules, offers=playbook.offers)
    trial = read_trial(store, held_out, [plan])
    assert isinstance(trial, BookTrial)
    arms = study_arms(trial, (gift, rare), count=2, seed=1, threads=1, clock=float)
    known = {arm.code: arm.found for arm in arms}
    assert isinstance(known[CONTACT], Study)
    assert [each.name for each in known[CONTACT].segments] == ["run_out"]
    assert isinstance(known[gift], Study)
    assert isinstance(known[rare], NoEffect)
    warned = {1: {"has_open_complaint": True}, 2: {"has_open_complaint": False}, 3: {"arrears_fen": 100}}
    book.lines(JULY, warned)
    book.put(
        WARNING,
        [
            {
                "subscriber_id": key,
                "household_key": f"h{key}",
                "kind": "run_out",
                "kinds": "run_out",
                "kind_rank": 1,
                "level": "RED",
                "happens_date": date(2025, 8, 1),
                "task_date": date(2025, 8, 1),
            }
            for key in warned
        ],
        month=JULY.number,
    )
    written = score_uplift(store, held_out, JULY, trial, arms, seed=1)
    assert written.manifest.seal is not None
    assert written.manifest.note["arms"][rare]["effect"] == "UNKNOWN"
    rows = store.rows(
        f"SELECT {columns_sql(uplift_table(held_out))} FROM u ORDER BY subscriber_id", inputs={"u": written}
    )
    assert [row["effect_contact"] for row in rows] == ["HELPS", "HARMS", "UNKNOWN"]
    assert rows[0]["uplift_contact_ppm"] > 100_000
    assert rows[1]["uplift_contact_ppm"] < -50_000
    assert rows[2]["uplift_contact_ppm"] is None
    assert {(row[f"effect_{rare}"], row[f"uplift_{rare}_ppm"]) for row in rows} == {("UNKNOWN", None)}
    assert rows[0][f"uplift_{gift}_ppm"] > 100_000
    nothing = NoEffect(known[rare].why, 0, 0, 0.9, ())
    unknown = score_uplift(store, held_out, JULY, nothing, (), seed=1)
    assert unknown.revision == written.revision + 1
    (kinds,) = store.rows(
        "SELECT CAST(count(*) AS BIGINT) AS n FROM u WHERE effect_contact = 'UNKNOWN'", inputs={"u": unknown}
    )
    assert kinds["n"] == 3
