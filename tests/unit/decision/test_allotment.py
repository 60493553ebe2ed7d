"""The plan takes its offers from the allocation: values, limits and proof again, by plain loops and another solver."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from handmade.allotted import JUNE, MAY, ROOMY, Task, allotting, best_value, month_rows, put_month, tasks_of
from handmade.tables import put
from weixi.cli.app import house
from weixi.engine import Partition, Store
from weixi.engine.verify import verify
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import (
    ALLOCATION,
    DO_NOT_WAKE,
    PLAN,
    build_allocation,
    build_plan,
    by_rounds,
    read_certificate,
    withdrawn_words,
)
from weixi.flow.decision.allotment.words import passed_over
from weixi.flow.decision.day import left_over
from weixi.flow.run import TABLES
from weixi.kernel.errors import DataError
from weixi.playbook import Means, Playbook


def planned(store: Store, playbook: Playbook) -> tuple[list[dict[str, Any]], dict[int, dict[str, Any]]]:
    """The plan's tasks, and the allocation's rows by the line that leads."""
    plan, _ = build_plan(store, playbook, MAY)
    tasks = store.rows(f"SELECT {', '.join(PLAN.types)} FROM p ORDER BY task_id", inputs={"p": plan})
    made = store.require(ALLOCATION, month=JUNE.number)
    rows = store.rows(f"SELECT {', '.join(ALLOCATION.types)} FROM a", inputs={"a": made})
    return tasks, {row["subscriber_id"]: row for row in rows}


def by_lead(tasks: Sequence[Task]) -> dict[int, Task]:
    return {task.lead["subscriber_id"]: task for task in tasks}


@pytest.mark.parametrize("measured", [True, False])
def test_value_limits_and_bound_are_those_of_plain_loops(store: Store, measured: bool) -> None:
    playbook, rows = allotting(), month_rows()
    put_month(store, playbook, rows, measured=measured)
    plan, chosen = planned(store, playbook)
    tasks = by_lead(tasks_of(rows, playbook, measured=measured))
    assert {task["subscriber_id"] for task in plan} == set(tasks)
    value, used = (
        0,
        dict.fromkeys(("money", "money_Q1", "pool_devices", "hours_Q1", "hours_Q2", "floor_key"), 0),
    )
    for row in plan:
        task = tasks[row["subscriber_id"]]
        assert (row["is_holdout"], row["withdrawn_rule"]) == (task.is_holdout, task.withdrawn)
        if task.is_holdout or task.withdrawn is not None:
            assert (row["offer_code"], row["offer_cost_fen"], row["channel"]) == (None, 0, None)
            continue
        worth, cost = task.choices[row["offer_code"]]
        assert (row["offer_cost_fen"], chosen[row["subscriber_id"]]["value_fen"]) == (cost, worth)
        assert row["channel"] == {"gift": "APP", None: "SMS"}.get(row["offer_code"], "PHONE")
        value += worth
        used["money"] += cost
        used["money_Q1"] += cost * (row["unit_code"] == "U1")
        used["pool_devices"] += cost * (row["offer_code"] == "handset")
        used[f"hours_Q{row['unit_code'][1]}"] += 20 * (row["channel"] == "PHONE")
        used["floor_key"] += task.lead["grade"] == "KEY" and row["offer_code"] in ("handset", "gift")
    told = read_certificate(store, JUNE)
    assert told is not None
    assert told.value_fen == pytest.approx(value, abs=1e-6)
    assert {limit.code: limit.use for limit in told.limits} == pytest.approx(used)
    assert all(limit.is_kept for limit in told.limits)
    assert told.bound_fen >= best_value(list(tasks.values()), playbook) - 1e-6
    assert told.value_fen == pytest.approx(best_value(list(tasks.values()), playbook), rel=1e-9)
    assert told.gap == pytest.approx((told.bound_fen - told.value_fen) / told.bound_fen, abs=1e-12)
    assert any(limit.price > 0 for limit in told.limits)
    own = next(point for point in told.curve if point.amount_fen == ROOMY.money_fen)
    assert own.value_fen == pytest.approx(value)


def test_what_the_value_rests_on_is_counted(store: Store) -> None:
    playbook, rows = allotting(), month_rows()
    put_month(store, playbook, rows)
    plan, chosen = planned(store, playbook)
    told = read_certificate(store, JUNE)
    assert told is not None
    leads = {row["subscriber_id"]: row for row in rows}
    count, value = {"MEASURED": 0, "ASSUMED": 0, None: 0}, {"MEASURED": 0, "ASSUMED": 0, None: 0}
    for task in plan:
        if task["is_holdout"] or task["withdrawn_rule"] not in (None, DO_NOT_WAKE):
            assert task["subscriber_id"] not in chosen
            continue
        said = leads[task["subscriber_id"]][f"effect_{task['offer_code'] or 'contact'}"]
        basis = None if task["withdrawn_rule"] else "MEASURED" if said in ("HELPS", "HARMS") else "ASSUMED"
        count[basis] += 1
        value[basis] += chosen[task["subscriber_id"]]["value_fen"]
    basis = told.basis
    assert (basis.measured_rows, basis.assumed_rows, basis.left_alone_rows) == tuple(count.values())
    assert (basis.measured_value_fen, basis.assumed_value_fen, 0) == tuple(value.values())
    assert told.rows == sum(count.values())
    assert count["MEASURED"] > 0
    assert count[None] > 0


@pytest.mark.parametrize(("least", "open_levels"), [("YELLOW", {"RED", "YELLOW"}), ("RED", {"RED"})])
def test_who_is_not_warned_of_urgently_gets_care_and_no_offer(
    store: Store, least: str, open_levels: set[str]
) -> None:
    playbook, rows = allotting(offers_from=least), month_rows(90, seed=2)
    for number, row in enumerate(rows):
        row["level"] = ("BLUE", "RED", "YELLOW")[number % 3]
    put_month(store, playbook, rows)
    plan, chosen = planned(store, playbook)
    tasks = by_lead(tasks_of(rows, playbook))
    offered = {task["level"] for task in plan if task["offer_code"] is not None}
    assert offered == open_levels
    care = [task for task in plan if task["level"] not in open_levels and task["subscriber_id"] in chosen]
    assert any(task["channel"] == "SMS" for task in care)
    for number, row in chosen.items():
        if row["choice"] > 0:
            numbers = {None: 1, "handset": 2, "gift": 3, "message": 4}
            assert row["open_bits"] == sum(2 ** numbers[code] for code in tasks[number].choices)
    told = read_certificate(store, JUNE)
    assert told is not None
    assert told.value_fen == pytest.approx(best_value(list(tasks.values()), playbook), rel=1e-9)
    everybody = by_lead(tasks_of(rows, allotting()))
    assert best_value(list(tasks.values()), playbook) < best_value(list(everybody.values()), playbook)


def test_an_offer_that_is_not_given_says_whether_the_level_was_too_low() -> None:
    rule = allotting(offers_from="YELLOW").allocation
    assert rule is not None
    assert "先关怀" in passed_over({"is_drawn": False}, "BLUE", rule).zh
    assert "from medium up" in passed_over({"is_drawn": False}, "BLUE", rule).en
    usual = passed_over({"is_drawn": False}, "YELLOW", rule)
    assert "给别户更值" in usual.zh
    assert passed_over({"is_drawn": False}, "BLUE", replace(rule, offers_from=None)) == usual
    assert "抽中" in passed_over({"is_drawn": True}, "RED", rule).zh


def test_whom_contact_harms_is_withdrawn_with_its_words(store: Store) -> None:
    playbook, rows = allotting(), month_rows()
    rows[0] |= {"household_key": "A", "is_holdout": True, "withdrawn_rule": None, "effect_contact": "HARMS"}
    put_month(store, playbook, rows)
    plan, _ = planned(store, playbook)
    harmed = {
        row["household_key"] for row in rows if row["effect_contact"] == "HARMS" and not row["withdrawn_rule"]
    }
    told = {task["household_key"] for task in plan if task["withdrawn_rule"] == DO_NOT_WAKE}
    assert told == harmed
    # Both arms of the hold-out lose them alike, or its comparison would be of different people.
    assert any(task["is_holdout"] for task in plan if task["withdrawn_rule"] == DO_NOT_WAKE)
    assert "不打扰" in withdrawn_words(playbook)[DO_NOT_WAKE].zh


def test_limits_that_contradict_stop_the_month_and_say_what_is_short(store: Store) -> None:
    playbook, rows = allotting(Means(contacts={"": 20})), month_rows()
    put_month(store, playbook, rows)
    open_count = sum(not task.is_holdout and task.withdrawn is None for task in tasks_of(rows, playbook))
    for _ in range(2):
        with pytest.raises(DataError) as caught:
            build_plan(store, playbook, MAY)
        assert caught.value.code == "allocation.contradiction"
        assert f"差 {open_count - 20} 次" in caught.value.what.zh
        assert "各渠道联系次数" in caught.value.what.zh
    assert store.current(PLAN, month=JUNE.number) is None
    told = read_certificate(store, JUNE)
    assert told is not None
    assert told.infeasible is not None
    assert "各渠道联系次数" in told.infeasible.conflicting[0].zh
    assert verify(store, TABLES).findings == ()
    build_plan(store, allotting(), MAY)
    again = read_certificate(store, JUNE)
    assert again is not None
    assert again.infeasible is None


def test_without_a_churn_score_the_rounds_give_the_offers_and_the_plan_says_so(store: Store) -> None:
    playbook, rows = allotting(), month_rows()
    put_month(store, playbook, rows, scored=False, measured=False)
    assert build_allocation(store, playbook, MAY) == []
    plan, _ = build_plan(store, playbook, MAY)
    assert "没有离网概率" in plan.manifest.note["by_rounds"]["zh"]
    assert read_certificate(store, JUNE) is None
    text = f"SELECT {', '.join(PLAN.types)} FROM p ORDER BY task_id"
    before, _ = build_plan(store, replace(playbook, allocation=None), MAY)
    assert store.rows(text, inputs={"p": plan}) == store.rows(text, inputs={"p": before})


def test_what_the_rounds_would_give_is_the_plan_without_allocation(store: Store) -> None:
    playbook, rows = allotting(), month_rows()
    put_month(store, playbook, rows)
    told = by_rounds(store, playbook, JUNE).to_pylist()
    plan, _ = build_plan(store, replace(playbook, allocation=None), MAY)
    names = ("subscriber_id", "offer_code", "offer_cost_fen")
    made = store.rows(f"SELECT {', '.join(names)} FROM p", inputs={"p": plan})

    def each(found: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
        return {tuple(row[name] for name in names) for row in found}

    assert each(told) == each(made)
    assert len({row["offer_code"] for row in told}) > 2


def test_made_again_it_is_the_same_and_a_changed_number_makes_another(store: Store) -> None:
    playbook, rows = allotting(), month_rows()
    put_month(store, playbook, rows)
    [first] = build_allocation(store, playbook, MAY)
    plan, _ = build_plan(store, playbook, MAY)
    [again] = build_allocation(store, playbook, MAY)
    assert (again.fingerprint, again.revision) == (first.fingerprint, 1)
    assert plan.manifest.inputs["allocation"] == [first.fingerprint]
    poorer = allotting(replace(ROOMY, money_fen=20_000))
    [other] = build_allocation(store, poorer, MAY)
    assert other.revision == 2
    # The older plan does not stand on what was made since.
    assert read_certificate(store, JUNE) is None
    assert verify(store, TABLES).findings == ()


def _drawn(store: Store) -> Partition:
    return store.require(ALLOCATION, month=JUNE.number)


def test_a_drawn_choice_is_a_lot_among_the_open_ones_and_the_budget_stays(store: Store) -> None:
    playbook, rows = allotting(replace(ROOMY, floors=None), logging="0.4"), month_rows(200, seed=5)
    roomier = replace(playbook.allocation.means, money_fen=90_000, county_fen=None, agent_hours=60)
    playbook = replace(
        playbook,
        allocation=replace(playbook.allocation, means=roomier),
        pools=tuple(replace(pool, amount_fen=60_000) for pool in playbook.pools),
    )
    # Whom the lot draws hangs on the key.
    store.home.mkdir()
    (store.home / "secret.key").write_text("5a" * 32)
    put_month(store, playbook, rows)
    plan, chosen = planned(store, playbook)
    tasks = by_lead(tasks_of(rows, playbook))
    numbers = {None: 1, "handset": 2, "gift": 3, "message": 4}
    drawn = [row for row in chosen.values() if row["is_drawn"]]
    for row in drawn:
        may = [numbers[code] for code in tasks[row["subscriber_id"]].choices]
        assert row["open_bits"] == sum(2**number for number in may)
        assert row["propensity_ppm"] == 1_000_000 // len(may)
        assert row["choice"] in may
    open_count = sum(not task.is_holdout and task.withdrawn is None for task in tasks.values())
    assert 0.25 < len(drawn) / open_count < 0.55
    # By lot, not by worth: some got what is worth less to them than care.
    assert any(row["value_fen"] < 0 for row in drawn)
    assert all(row["propensity_ppm"] is None for row in chosen.values() if not row["is_drawn"])
    assert sum(task["offer_cost_fen"] for task in plan) <= 90_000
    assert sum(task["offer_cost_fen"] for task in plan if task["offer_code"] == "handset") <= 60_000
    told = read_certificate(store, JUNE)
    assert told is not None
    assert told.basis.drawn_rows == len(drawn)
    by_count = [sum(row["choice"] == number for row in drawn) for number in numbers.values()]
    assert min(by_count) > 0.1 * len(drawn)
    build_plan(store, playbook, MAY)
    assert _drawn(store).revision == 1


def test_existing_customers_are_served_before_new_ones(store: Store) -> None:
    means, rows = Means(), month_rows(80, seed=3)
    for row in rows:
        row |= {"fit_handset": 0, "probability_ppm": 300_000 if row["is_existing"] else 900_000}
    playbook = allotting(means, first=True)
    put_month(store, playbook, rows, measured=False)
    plan, chosen = planned(store, playbook)
    tasks = [
        task
        for task in tasks_of(rows, playbook, measured=False)
        if not task.withdrawn and not task.is_holdout
    ]
    alone = [
        task if task.lead["is_existing"] else replace(task, choices={None: task.choices[None]})
        for task in tasks
    ]
    served = sum(
        chosen[task.lead["subscriber_id"]]["value_fen"] for task in tasks if task.lead["is_existing"]
    )
    rest = sum(task.choices[None][0] for task in alone if not task.lead["is_existing"])
    assert served == pytest.approx(best_value(alone, playbook) - rest)
    together = sum(row["value_fen"] for row in chosen.values())
    assert together < best_value(tasks, playbook)
    assert sum(task["offer_cost_fen"] for task in plan if task["offer_code"] == "handset") <= 12_000


def test_a_day_takes_no_more_than_the_month_has_left(store: Store) -> None:
    playbook, rows = allotting(replace(ROOMY, county_fen={"Q1": 18_000, "Q2": 17_000})), month_rows()
    put_month(store, playbook, rows)
    plan, _ = build_plan(store, playbook, MAY)
    tasks = store.rows("SELECT unit_code, offer_cost_fen FROM p", inputs={"p": plan})
    spent = {unit: sum(t["offer_cost_fen"] for t in tasks if t["unit_code"] == unit) for unit in ("U1", "U2")}
    left = min(30_000 - sum(spent.values()), 18_000 - spent["U1"], 17_000 - spent["U2"])
    rest = left_over(store, playbook, JUNE, [plan])
    amounts = [pool.amount_fen for pool in rest.pools]
    assert all(amount is not None and 0 <= amount <= left // 2 for amount in amounts)
    assert max(amount for amount in amounts if amount is not None) == left // 2
    assert left_over(store, playbook, JUNE, []) == playbook


def test_the_command_shows_the_proof_in_both_languages(store: Store) -> None:
    playbook, rows = allotting(), month_rows()
    put_month(store, playbook, rows)
    put(store, SUBSCRIBER_MONTH, [{"subscriber_id": row["subscriber_id"]} for row in rows], month=MAY.number)

    def run(*arguments: str, lang: str = "zh") -> str:
        asked = ["--home", str(store.home), "--lang", lang, "plan", "allocation", *arguments]
        done = CliRunner().invoke(house, asked)
        return f"{done.exit_code} {done.output}"

    missing = run("--month", "2025-06", lang="en")
    assert missing.startswith("1 ")
    assert "there is no plan of 2025-06" in missing
    assert "weixi run --month 2025-05 --playbook work_plan --playbook allocation" in missing
    assert "也没有做它要用的 2029-12 数据" in run("--month", "2030-01")
    assert "weixi import" in run("--month", "2030-01")
    build_plan(store, replace(playbook, allocation=None), MAY)
    assert "做计划所用的方案没有 [allocation]" in run("--month", "2025-06")
    assert "“”不是一个月份" in run("--month", "")
    build_plan(store, playbook, MAY)
    told = read_certificate(store, JUNE)
    assert told is not None
    shown = run()
    assert f"保住价值 ¥{told.value_fen / 100:,.2f}" in shown
    assert "假设值、未经验证" in shown
    assert "高风险优先" in shown
    assert "每增加 1 元，可多保" in shown
    assert "客服工时" in shown
    assert "assumed, not verified" in run(lang="en")
    plain = json.loads(run("--json")[2:])
    assert plain["value_fen"] == told.value_fen
    assert [point["amount_fen"] for point in plain["curve"]] == [point.amount_fen for point in told.curve]
    put_month(store, playbook, rows)
    with pytest.raises(DataError):
        build_plan(store, allotting(Means(contacts={"": 20})), MAY)
    assert "互相矛盾" in run()
