"""Value as the way computes it, beside a plain reading of the same rows."""

from datetime import date

import pytest

from handmade.lives import put_lives
from handmade.tables import filled
from oracle.value import Lives, is_here, where
from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.score import SURVIVAL, VALUE_SCORE, build_value
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FIRST = Month.of(2024, 9)
LAST = FIRST.plus(14)


@pytest.mark.req("M2")
def test_every_score_is_what_plain_loops_over_the_rows_give(store: Store, work_plan: Playbook) -> None:
    made = put_lives(store, FIRST, 15, 160)
    book = {
        month: [filled(SUBSCRIBER_MONTH, row, month=month.number) for row in rows]
        for month, rows in made.items()
    }
    found = build_value(store, work_plan, LAST)
    assert found.manifest.seal is not None
    scores = {
        row["subscriber_id"]: row
        for row in store.rows(f"SELECT {', '.join(VALUE_SCORE.types)} FROM score", inputs={"score": found})
    }
    survival = {
        row["stratum"]: row
        for row in store.rows(
            f"SELECT {', '.join(SURVIVAL.types)} FROM survival",
            inputs={"survival": store.require(SURVIVAL, month=LAST.number)},
        )
    }
    lives = Lives(book, LAST, work_plan)
    here = {row["subscriber_id"]: row for row in book[LAST] if is_here(row)}
    assert set(scores) == set(here)
    assert len(here) > 50
    assert work_plan.value is not None
    life = work_plan.value.life_months
    expected = {}
    for number, row in here.items():
        key = where(row, LAST, work_plan)
        score = scores[number]
        assert score["stratum"] == f"{key[0]}:{key[1]}:{key[2]}/{key[3]}"
        if key not in expected:
            expected[key] = (1000 * lives.months(key, 12), 1000 * lives.months(key, life))
            line = survival[score["stratum"]]
            assert (line["exposed_count"], line["left_count"]) == (lives.stood[key], lives.left[key])
            assert line["leaving_ppm"] == round(lives.leaving(key) * 1_000_000)
            assert (
                line["months_12_low_milli"]
                <= line["months_12_milli"]
                <= line["months_12_high_milli"]
                <= 12_000
            )
            assert line["life_low_milli"] < line["life_milli"] < line["life_high_milli"] <= life * 1000
        year, whole = expected[key]
        assert score["expected_months_12_milli"] == pytest.approx(year, abs=0.51)
        assert score["remaining_life_milli"] == pytest.approx(whole, abs=0.51)
        bills = []
        for k in range(3):
            month = LAST.plus(-k)
            old = {r["subscriber_id"]: r for r in book[month]}.get(number)
            opened: date | None = old["open_date"] if old else None
            known = opened is not None and opened < month.first
            known = known or (
                opened is None and any(r["subscriber_id"] == number for r in book[month.plus(-1)])
            )
            if old is not None and known and not old["is_carried"] and old["bill_fen"] is not None:
                bills.append(old["bill_fen"])
        if not bills:
            assert score["margin_fen"] is score["expected_margin_12_fen"] is None
            continue
        share = int(work_plan.value.margins[key[0]] * 10_000)
        assert score["margin_fen"] == sum(bills) * share // (10_000 * len(bills))
        months = score["expected_months_12_milli"]
        assert score["expected_margin_12_fen"] == sum(bills) * share * months // (10_000_000 * len(bills))
    phases = {where(row, LAST, work_plan)[2] for row in here.values()}
    assert phases >= {"NONE", "LATER", "SUSPENDED"}
    assert sum(phase.startswith("M") for phase in phases) > 5
    assert any(score["margin_fen"] is None for score in scores.values())
