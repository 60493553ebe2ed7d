"""The course month by month on a walked operator's book, each month from its own rows, in pandas."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from handmade.lifted import JANUARY, SERVING, SHARES, entered, recomputed, table
from handmade.operator import walked_home
from weixi.engine import Store, open_engine
from weixi.flow.assessment import build_lift, build_tuning, read_tuning, turns
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN, build_eligibility, build_plan
from weixi.flow.outcome import attribute
from weixi.flow.run import open_playbook
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Playbook

FEBRUARY = Month.of(2025, 2)


@pytest.fixture
def held_out() -> Playbook:
    high = "(complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months)"
    rules = (
        HoldoutRule("high", high, Decimal(str(SHARES[True]))),
        HoldoutRule("rest", "TRUE", Decimal(str(SHARES[False]))),
    )
    return replace(open_playbook(), holdouts=rules)


@pytest.fixture
def store(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, held_out: Playbook) -> Iterator[Store]:
    """A copy of the walked operator, whose plans of January and February are made again under that hold-out."""
    base = tmp_path_factory.getbasetemp()
    walked = walked_home(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    shutil.copytree(walked, tmp_path / "home", ignore=shutil.ignore_patterns("scratch"))
    opened = Store(tmp_path / "home", open_engine("duckdb", tmp_path / "scratch"))
    for month in (JANUARY, FEBRUARY):
        build_eligibility(opened, held_out, month.plus(-1))
        build_plan(opened, held_out, month.plus(-1))
        attribute(opened, held_out, month)
    yield opened
    opened.engine.close()


@pytest.mark.req("P2")
def test_the_course_month_by_month_is_each_months_own(store: Store, held_out: Playbook) -> None:
    january = entered(store, held_out, JANUARY, 1, set())
    seen = set(table(store, PLAN, JANUARY)["household_key"])
    households = pd.concat([january, entered(store, held_out, FEBRUARY, 1, seen)])
    build_lift(store, held_out, FEBRUARY)
    made = build_tuning(store, held_out, FEBRUARY)
    course = {each.entry: each for each in read_tuning(store, FEBRUARY)}
    assert set(course) == {JANUARY, FEBRUARY}
    for month, each in course.items():
        own = households[households["entry"] == month.number]
        treated, held = own[~own["is_holdout"]], own[own["is_holdout"]]
        kept = recomputed(own, "retained")
        rate = treated["contacted"].mean()
        assert (each.treated_count, each.held_count) == (len(treated), len(held))
        assert each.contacted_count == treated["contacted"].sum()
        for found, name in ((each.effect, "effect"), (each.low, "low"), (each.high, "high")):
            assert found == pytest.approx(100 * kept[name] / rate, abs=1e-3)
        assert each.targeting is not None
        weights = own.groupby("share").size() / len(own)
        lost = (1 - held.groupby("share")["retained"].mean()).mul(weights).sum()
        was, now = (
            pd.concat([pd.read_parquet(f) for f in store.require(SUBSCRIBER_MONTH, month=k.number).files])
            for k in (month.plus(-1), month)
        )
        was = was[
            was["service_status"].isin(SERVING)
            & (was["line_use"] == "COMMERCIAL")
            & (was["line_type"] == "MOBILE_MAIN")
        ]
        gone = ~was["subscriber_id"].isin(set(now[now["service_status"].isin(SERVING)]["subscriber_id"]))
        assert each.targeting.times == pytest.approx(lost / gone.mean(), abs=1e-4)
        assert not each.is_turn
    assert turns(tuple(course.values())) == ()
    assert build_tuning(store, held_out, FEBRUARY).path == made.path
