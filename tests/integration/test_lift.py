"""Lift on a walked operator's book, against a recomputation in pandas and scipy from the Parquet rows alone."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from scipy import stats

from handmade.lifted import (
    ANSWERS,
    JANUARY,
    OUTCOMES,
    SERVING,
    SPENT,
    always,
    answers_of,
    column,
    cost_of,
    entered,
    held_out_playbook,
    mean_of,
    of,
    of_whom,
    recomputed,
    table,
)
from handmade.operator import walked_home
from handmade.tables import put
from weixi.cli.app import house
from weixi.cli.lift_profit import show_profit
from weixi.cli.lift_view import show_report
from weixi.cli.session import Session
from weixi.engine import Store, open_engine
from weixi.flow.assessment import (
    LIFT_SUM,
    LiftOutcome,
    LoyaltySign,
    ProfitCost,
    Verdict,
    build_lift,
    lift_courses,
    loyalty_tiles,
    profits,
    read_lift,
    read_lift_history,
    targeting,
    year_ahead,
)
from weixi.flow.assessment.lift.entrants import sum_entrants
from weixi.flow.book import SUBSCRIBER_MONTH, SURVEY
from weixi.flow.decision import PLAN, PLAN_LINE, build_eligibility, build_plan
from weixi.flow.outcome import OUTCOME, attribute
from weixi.flow.run import open_playbook
from weixi.kernel.language import Language
from weixi.kernel.money import show
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FEBRUARY = Month.of(2025, 2)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the walked operator, whose plans of January and February are made again under that hold-out."""
    base = tmp_path_factory.getbasetemp()
    walked = walked_home(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    copied = tmp_path_factory.mktemp("lift") / "home"
    shutil.copytree(walked, copied)
    return copied


@pytest.fixture(scope="module")
def held_out() -> Playbook:
    return held_out_playbook()


@pytest.fixture(scope="module")
def store(home: Path, held_out: Playbook) -> Iterator[Store]:
    opened = Store(home, open_engine("duckdb", home / "scratch"))
    for month in (JANUARY, FEBRUARY):
        build_eligibility(opened, held_out, month.plus(-1))
        build_plan(opened, held_out, month.plus(-1))
        attribute(opened, held_out, month)
        put(opened, SURVEY, answers_of(opened, month), month=month.number)
    yield opened
    opened.engine.close()


@pytest.fixture(scope="module")
def every(store: Store, held_out: Playbook) -> list[dict[str, Any]]:
    partition = build_lift(store, held_out, FEBRUARY)
    assert partition.manifest.seal
    assert build_lift(store, held_out, FEBRUARY).revision == partition.revision
    return pd.concat([pd.read_parquet(file) for file in partition.files]).to_dict("records")


@pytest.fixture(scope="module")
def rows(every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The effects one month after entry."""
    return [row for row in every if row["horizon"] == 1]


@pytest.fixture(scope="module")
def households(store: Store, held_out: Playbook) -> pd.DataFrame:
    """Every household that entered in January or February, a month later."""
    january = entered(store, held_out, JANUARY, 1, set())
    seen = set(table(store, PLAN, JANUARY)["household_key"])
    return pd.concat([january, entered(store, held_out, FEBRUARY, 1, seen)])


@pytest.fixture(scope="module")
def second(store: Store, held_out: Playbook) -> pd.DataFrame:
    """Every household that entered in January, two months later."""
    return entered(store, held_out, JANUARY, 2, set())


@pytest.mark.req("P2", "T14", "C15", "M2")
@pytest.mark.parametrize("outcome", [*OUTCOMES, *ANSWERS])
def test_the_whole_is_what_pandas_finds(rows: list, households: pd.DataFrame, outcome: str) -> None:
    row = of(rows, outcome)
    expected = recomputed(of_whom(households, outcome), outcome)
    assert row["household_count"] == len(households)
    for name in ("held_count", "treated_count"):
        assert row[name] == expected[name] > 20
    for name in ("effect", "low", "high"):
        assert row[name] == pytest.approx(expected[name], rel=1e-5, abs=1e-5)
    assert row["detectable"] == pytest.approx(2.801585 * expected["variance"] ** 0.5, rel=1e-4, abs=1e-5)
    if row["held_count"] >= 100:
        half = always(of_whom(households, outcome), outcome, expected["variance"])
        assert row["always_high"] - row["effect"] == pytest.approx(half, rel=1e-4, abs=1e-5)
    else:
        assert np.isnan(row["always_low"])


@pytest.mark.req("T14", "M2")
@pytest.mark.parametrize("outcome", [*(name for name in OUTCOMES if name != "verified"), *ANSWERS])
def test_two_months_on_it_holds_the_bills_the_costs_and_the_life_of_both(
    every: list, second: pd.DataFrame, outcome: str
) -> None:
    row, expected = of(every, outcome, 2), recomputed(of_whom(second, outcome), outcome)
    for name in ("effect", "low", "high"):
        assert row[name] == pytest.approx(expected[name], rel=1e-5, abs=1e-5)
    treated = second[~second["is_holdout"]]
    for name in SPENT:
        assert row[name] == treated[column(name)].sum()
    assert row["taker_count"] == treated["taker"].sum()


@pytest.mark.req("K13")
def test_every_cell_is_what_pandas_finds(rows: list, households: pd.DataFrame) -> None:
    compared = 0
    for row in rows:
        part = households
        for name, value in (
            ("kind", row["kind"]),
            ("county", row["county_code"]),
            ("entry", row["entry_month"]),
        ):
            part = part[part[name] == value] if value else part
        assert row["household_count"] == len(part)
        if row["held_count"]:
            expected = recomputed(of_whom(part, row["outcome"].lower()), row["outcome"].lower())
            compared += 1
            assert row["effect"] == pytest.approx(expected["effect"], rel=1e-5, abs=1e-5)
            assert row["high"] == pytest.approx(expected["high"], rel=1e-5, abs=1e-5)
    assert compared >= 4
    for outcome in LiftOutcome:
        for name in ("county_code", "entry_month"):
            cells = [r for r in rows if r[name] and r["outcome"] == outcome.value]
            assert sum(r["household_count"] for r in cells) == len(households)


@pytest.mark.req("T14")
def test_what_it_cost_and_who_took_it(rows: list, households: pd.DataFrame) -> None:
    row = of(rows, "revenue")
    treated = households[~households["is_holdout"]]
    takers = treated[treated["taker"]]
    assert row["planned_count"] == len(treated)
    assert row["contacted_count"] == treated["contacted"].sum() > 0
    assert row["taker_count"] == len(takers) > 0
    for name in SPENT:
        assert row[name] == treated[column(name)].sum()
    assert all(row[name] > 0 for name in SPENT if name != "handset_cost_fen")
    assert row["taker_past_fen"] == takers["revenue_at_risk_fen"].sum()
    assert row["taker_revenue_fen"] == takers["revenue"].sum()


@pytest.mark.req("P2", "T14", "K13")
def test_a_manager_reads_it_per_hundred_contacts(store: Store, held_out: Playbook) -> None:
    report = read_lift(store, held_out, build_lift(store, held_out, FEBRUARY))
    kept, money = (report.of(1, outcome)[0] for outcome in (LiftOutcome.RETAINED, LiftOutcome.REVENUE))
    assert kept.per_hundred(kept.effect) == pytest.approx(
        100 * kept.effect * kept.planned_count / kept.contacted_count
    )
    assert kept.verdict is Verdict.NOT_SHOWN
    assert replace(kept, always_low=0.001).verdict is Verdict.SHOWN
    assert replace(kept, always_high=-0.001, always_low=-0.2).verdict is Verdict.HARM
    assert replace(kept, draw_p_value=0.0001).verdict is Verdict.UNKNOWN
    before, after = money.taker_past_fen / 3, money.taker_revenue_fen
    assert money.taker_change == pytest.approx(after / before - 1)
    assert {effect.text.zh for effect in report.of(1, LiftOutcome.RETAINED, "county")} >= {"临江县"}


@pytest.mark.req("T14", "C15")
def test_profit_is_what_the_rows_earned_and_cost(
    store: Store, held_out: Playbook, households: pd.DataFrame
) -> None:
    report = read_lift(store, held_out, build_lift(store, held_out, FEBRUARY))
    whole = profits(report)[0]
    treated = households[~households["is_holdout"]]
    takers = treated[treated["taker"]]
    expected, after = recomputed(households, "revenue"), recomputed(households, "net")
    cost = cost_of(treated)
    assert (whole.treated_count, whole.taker_count) == (len(treated), len(takers))
    assert {line.cost: line.fen for line in whole.costs} == {
        ProfitCost.HANDSET: treated["handset_cost_fen"].sum(),
        ProfitCost.GIFT: treated["offer_cost_fen_all"].sum() - treated["handset_cost_fen"].sum(),
        ProfitCost.COMMISSION: treated["commission_fen"].sum(),
        ProfitCost.CONTACT: treated["contact_cost_fen"].sum(),
    }
    for name, found in (("effect", "value"), ("low", "low"), ("high", "high")):
        earned = expected[name] * len(treated)
        assert getattr(whole.revenue, found) == pytest.approx(earned, rel=1e-5)
        net = expected["effect"] * len(treated) - cost + (after[name] - after["effect"]) * len(treated)
        assert getattr(whole.net, found) == pytest.approx(net, rel=1e-5)
        assert getattr(whole.treated_month, found) == pytest.approx(expected[name], rel=1e-5)
        # Wald: what all the treated gained, shared out among those who took an offer.
        assert getattr(whole.taker_month, found) == pytest.approx(earned / len(takers), rel=1e-5)
    counties = profits(report, "county")
    assert sum(each.cost_fen for each in counties if each.treated_count) <= cost
    assert {each.text.zh for each in counties} >= {"临江县"}
    assert [each.text.zh for each in profits(report, "month") if each.horizon == 1] == [
        "2025-01 批次",
        "2025-02 批次",
    ]
    unknown = [each for each in profits(report, "programme") if each.verdict is Verdict.UNKNOWN]
    assert unknown
    assert all(each.net is None and each.taker_month is None for each in unknown)


def test_a_playbook_that_prices_no_contact_leaves_it_open(
    home: Path, held_out: Playbook, households: pd.DataFrame, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "home")
    bare = Store(tmp_path / "home", open_engine("duckdb", tmp_path / "scratch"))
    free = replace(held_out, contact_cost=None, value=None)
    report = read_lift(bare, free, build_lift(bare, free, FEBRUARY))
    found = profits(report)[0]
    treated = households[~households["is_holdout"]]
    assert found.costs[-1].fen is None
    assert found.cost_fen == treated["offer_cost_fen_all"].sum() + treated["commission_fen"].sum()
    assert found.net.value == pytest.approx(found.revenue.value - found.cost_fen)
    assert report.of(1, LiftOutcome.MARGIN) == []
    assert lift_courses(report)[0].margin is None
    bare.engine.close()


@pytest.mark.req("M2", "Z1")
def test_the_course_and_the_signs_are_the_arms_own(
    store: Store, held_out: Playbook, households: pd.DataFrame
) -> None:
    for month in (JANUARY, FEBRUARY):
        build_lift(store, held_out, month)
    # The run of each month has built its own, that of the history's last month without an entry.
    history = read_lift_history(store, held_out, FEBRUARY)[-2:]
    assert [report.month for report in history] == [JANUARY, FEBRUARY]

    course, later = lift_courses(history[-1])
    assert (course.horizon, later.horizon) == (1, 2)
    for found, name in (
        (course.kept, "retained"),
        (course.revenue, "revenue"),
        (course.tenure, "tenure"),
        (course.margin, "margin"),
        (course.value, "value"),
        (course.life, "life"),
        (course.span, "span"),
    ):
        assert found.held_mean == pytest.approx(mean_of(households, name, True), abs=1e-5)
        assert found.treated_mean == pytest.approx(mean_of(households, name, False), abs=1e-5)
        assert found.effect.value == pytest.approx(recomputed(households, name)["effect"], abs=1e-4)
    # What is past and what is to come make up the whole, arm by arm.
    for arm in ("treated_mean", "held_mean"):
        past, ahead, whole = (getattr(each, arm) for each in (later.tenure, later.life, later.span))
        assert past + ahead == pytest.approx(whole)
    signs = {tile.sign: tile for tile in loyalty_tiles(history)}
    renewal = signs[LoyaltySign.RENEWAL]
    january = households[households["entry"] == JANUARY.number]
    assert [each.month for each in renewal.trend] == [JANUARY, FEBRUARY]
    for each, part in zip(renewal.trend, (january, households), strict=True):
        assert each.treated_mean == pytest.approx(mean_of(part, "verified", False), abs=1e-5)
        assert each.held_mean == pytest.approx(mean_of(part, "verified", True), abs=1e-5)
    assert renewal.now.effect.high == pytest.approx(recomputed(households, "verified")["high"], abs=1e-5)
    assert signs[LoyaltySign.REVENUE].now.treated_mean == pytest.approx(mean_of(households, "revenue", False))
    satisfaction, answered = signs[LoyaltySign.SATISFACTION], households[households["answered"]]
    for found, name in ((satisfaction.now, "satisfied"), (satisfaction.beside, "recommends")):
        assert found.held_mean == pytest.approx(mean_of(answered, name, True), abs=1e-5)
        assert found.treated_mean == pytest.approx(mean_of(answered, name, False), abs=1e-5)
        assert found.effect.low == pytest.approx(recomputed(answered, name)["low"], abs=1e-5)
        assert found.treated_count + found.held_count == len(answered) < len(households)
    assert f"入册 {len(households):,} 户中" in satisfaction.note.zh
    asked = history[-1]
    silent = replace(asked, effects=tuple(e for e in asked.effects if not e.outcome.is_answer))
    unasked = loyalty_tiles([silent])[-1]
    assert unasked.now is None
    assert "[survey]" in unasked.missing.zh
    assert loyalty_tiles(())[0].missing is not None


@pytest.mark.req("P2")
def test_the_list_hits_more_often_than_a_random_one(
    store: Store, held_out: Playbook, households: pd.DataFrame
) -> None:
    found = targeting(store, read_lift(store, held_out, build_lift(store, held_out, FEBRUARY)))
    held = households[households["is_holdout"]]
    weights = households.groupby("share").size() / len(households)
    lost = (1 - held.groupby("share")["retained"].mean()).mul(weights).sum()
    assert found.held_lost_rate == pytest.approx(lost, abs=1e-6)
    pool = gone = 0
    for month in (JANUARY, FEBRUARY):
        was, now = (
            pd.concat([pd.read_parquet(f) for f in store.require(SUBSCRIBER_MONTH, month=each.number).files])
            for each in (month.plus(-1), month)
        )
        was = was[
            was["service_status"].isin(SERVING)
            & (was["line_use"] == "COMMERCIAL")
            & (was["line_type"] == "MOBILE_MAIN")
        ]
        still = set(now[now["service_status"].isin(SERVING)]["subscriber_id"])
        pool, gone = pool + len(was), gone + (~was["subscriber_id"].isin(still)).sum()
    assert (found.pool_count, found.pool_lost_count) == (pool, gone)
    assert found.times == pytest.approx(lost / (gone / pool), abs=1e-4)
    wilson = stats.binomtest(round(lost * len(held)), len(held)).proportion_ci(method="wilson")
    assert found.interval[0] < found.times < found.interval[1]
    assert found.interval[1] * found.pool_lost_rate == pytest.approx(wilson.high, abs=0.01)


def test_another_playbooks_hold_out_is_not_compared(store: Store) -> None:
    """The shares of the playbook in force say who should be held out; where others are, nothing is said."""
    partition = build_lift(store, open_playbook(), FEBRUARY)
    assert partition.manifest.note["other_rules"] == ["2025-01", "2025-02"]
    assert partition.manifest.rows == 0


def test_sums_hold_every_entrant_once(store: Store, held_out: Playbook, households: pd.DataFrame) -> None:
    build_lift(store, held_out, FEBRUARY)
    for month in (JANUARY, FEBRUARY):
        kept = store.require(LIFT_SUM, month=month.number, horizon=1)
        sums = pd.concat([pd.read_parquet(file) for file in kept.files])
        own = households[households["entry"] == month.number]
        assert sums["household_count"].sum() == len(own)
        assert sums["misdrawn_count"].sum() == 0
        assert sums["revenue_revenue_sum"].sum() == (own["revenue"].astype(float) ** 2).sum()
    assert store.current(LIFT_SUM, month=FEBRUARY.number, horizon=2) is None


def test_a_later_horizon_sums_the_months_up_to_it(
    store: Store, held_out: Playbook, households: pd.DataFrame
) -> None:
    kept = sum_entrants(store, held_out, JANUARY, 2)
    sums = pd.concat([pd.read_parquet(file) for file in kept.files])
    own = households[households["entry"] == JANUARY.number]
    lines = pd.concat([pd.read_parquet(f) for f in store.require(PLAN_LINE, month=JANUARY.number).files])
    listed = lines[lines["task_id"].isin(own.index)]["subscriber_id"]
    february = pd.concat(
        [pd.read_parquet(f) for f in store.require(SUBSCRIBER_MONTH, month=FEBRUARY.number).files]
    )
    bills = february.set_index("subscriber_id")["bill_fen"].reindex(listed).fillna(0).sum()
    assert sums["revenue_sum"].sum() == own["revenue"].sum() + bills
    serves = february["service_status"].isin(SERVING) & (february["line_use"] == "COMMERCIAL")
    still = set(february[serves]["subscriber_id"])
    assert sums["retained_sum"].sum() == own["subscriber_id"].isin(still).sum() < own["retained"].sum()


@pytest.mark.req("P2", "T14", "K13")
def test_the_page_shows_the_recomputed_figures(
    store: Store, home: Path, held_out: Playbook, households: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    report = read_lift(store, held_out, build_lift(store, held_out, FEBRUARY))
    show_report(Session(home, Language.ZH), report, targeting(store, report), "county")
    said = capsys.readouterr().out
    treated = households[~households["is_holdout"]]
    rate = treated["contacted"].mean()
    kept, money = (recomputed(households, name) for name in ("retained", "revenue"))
    low, middle, high = (100 * kept[name] / rate for name in ("low", "effect", "high"))
    assert f"每百次接触多保住 {middle:.1f} 户，95% 区间 {low:.1f} 至 {high:.1f}；尚不能证明" in said
    takers = treated[treated["taker"]]
    after = recomputed(households, "net")
    net = [
        round(
            (
                money["effect"] * len(treated)
                - cost_of(treated)
                + (after[name] - after["effect"]) * len(treated)
            )
            / 100
        )
        for name in ("effect", "low", "high")
    ]
    yuan = [f"-¥{-each:,}" if each < 0 else f"¥{each:,}" for each in net]
    assert f"净增 {yuan[0]}（{yuan[1]} 至 {yuan[2]}）" in said
    change = takers["revenue"].sum() / (takers["revenue_at_risk_fen"].sum() / 3) - 1
    assert f"受理者前后对比（不是效果）：{len(takers):,} 户月均出账 {100 * change:+.1f}%" in said
    assert "是随机挑选的" in said


def test_without_a_hold_out_the_effect_is_unknown_and_how_to_set_one_up_is_said(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(home, tmp_path / "home")
    nobody = replace(open_playbook(), holdouts=())
    bare = Store(tmp_path / "home", open_engine("duckdb", tmp_path / "scratch"))
    build_eligibility(bare, nobody, JANUARY.plus(-1))
    build_plan(bare, nobody, JANUARY.plus(-1))
    attribute(bare, nobody, JANUARY)
    report = read_lift(bare, nobody, build_lift(bare, nobody, JANUARY))
    assert {effect.verdict for effect in report.effects} == {Verdict.UNKNOWN}
    assert targeting(bare, report) is None
    show_report(Session(bare.home, Language.ZH), report, None, "programme")
    said = capsys.readouterr().out
    assert "没有留白对照组：只有风险，效果未知" in said
    assert "[[holdout]]" in said
    assert "weixi lift setup" in said
    assert "weixi lift plan" in said
    assert "受理者前后对比（不是效果）" in said
    bare.engine.close()


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(house, ["--home", str(home), *arguments])


def test_the_command_says_it(store: Store, home: Path, held_out: Playbook, rows: list) -> None:
    """Under another playbook than the one that drew the hold-out nothing is compared, and that is said."""
    said = call(home, "lift", "--month", "2025-02")
    assert said.exit_code == 0, said.output
    assert "2025-01 未计入" in said.output
    shown = call(home, "lift", "--month", "2025-02", "--json")
    told = json.loads(shown.stdout)
    assert told["effects"] == []
    assert told["other_rules"] == ["2025-01", "2025-02"]


def test_the_command_tells_the_profit(store: Store, home: Path, rows: list) -> None:
    """Under the playbook in force nothing of this home is compared: it says so, and programs get empty lists."""
    said = call(home, "lift", "profit", "--month", "2025-02")
    assert said.exit_code == 0, said.output
    assert "还没有可比的入册用户" in said.output
    told = json.loads(call(home, "lift", "profit", "--month", "2025-02", "--json").stdout)
    assert told["profits"] == told["courses"] == []
    assert {each["sign"] for each in told["signs"]} == {"RENEWAL", "TENURE", "REVENUE", "SATISFACTION"}


def test_profit_is_told_in_words(
    store: Store, home: Path, held_out: Playbook, rows: list, capsys: pytest.CaptureFixture[str]
) -> None:
    build_lift(store, held_out, FEBRUARY)
    history = read_lift_history(store, held_out, FEBRUARY)
    found = profits(history[-1])
    year = year_ahead(history[-1])
    show_profit(Session(home, Language.ZH), found, year, lift_courses(history[-1]), loyalty_tiles(history))
    said = capsys.readouterr().out
    assert show(round(found[0].net.value)) in said
    assert "到 2025-12 末满 12 个月" in said
    assert "联系成本未计" not in said
    satisfied = loyalty_tiles(history)[-1]
    assert f"NPS 维系组 {100 * satisfied.beside.treated_mean:+.1f}" in said
    tile = loyalty_tiles(history)[0].now
    assert f"维系组 {100 * tile.treated_mean:.1f} %，留白组 {100 * tile.held_mean:.1f} %" in said


def test_before_launch_the_detectable_effect_is_shown(store: Store, home: Path) -> None:
    told = json.loads(call(home, "lift", "plan", "--share", "0.05", "--json").stdout)
    plan = pd.concat([pd.read_parquet(f) for f in store.require(PLAN, month=FEBRUARY.number).files])
    told_of = pd.concat([pd.read_parquet(f) for f in store.require(OUTCOME, month=FEBRUARY.number).files])
    due = told_of[told_of["task_id"].isin(plan[plan["withdrawn_rule"].isna()]["task_id"])]
    lost = ((~due["is_retained"]).sum() + 0.5) / (len(due) + 1)
    assert told["household_count"] == len(due)
    assert told["lost_rate"] == pytest.approx(lost)
    year = next(row for row in told["rows"] if row["months"] == 12)
    n = 12 * len(due)
    expected = 2.801585 * np.sqrt(lost * (1 - lost) * (1 / (0.05 * n) + 1 / (0.95 * n)))
    assert year["once"] == pytest.approx(100 * expected, rel=1e-5)
    assert year["always"] > year["once"]
    words = call(home, "lift", "plan", "--share", "0.05")
    assert "每百户" in words.output
    assert call(home, "lift", "plan", "--share", "1.5").exit_code == 2
