"""The words of a card from a task and its facts, without a store."""

from datetime import date
from typing import Any

import pytest

from weixi.flow.decision import brief
from weixi.kernel.language import Text
from weixi.playbook import Playbook


def task(**given: Any) -> dict[str, Any]:
    return {
        "task_id": "t", "subscriber_id": 7, "household_key": "H1", "line_count": 1,
        "kind": "prepaid_balance_running_out", "task_type": "BALANCE", "level": "RED",
        "happens_date": date(2026, 3, 9), "task_date": date(2026, 3, 2), "window_start_date": date(2026, 3, 1),
        "window_end_date": date(2026, 4, 1), "reason_1": "balance_low", "reason_2": "", "reason_3": "",
        "offer_code": "prepay_bonus", "offer_cost_fen": 6000, "channel": "PHONE", "unit_code": "U", "owner_code": "",
        "node_code": "U", "is_assessed": True, "is_holdout": False, "withdrawn_rule": "",
        "revenue_at_risk_fen": 9000, "grade": "KEY", "band": "", "stage": "STABLE", "cluster": "FAMILY",
        "category": "FAMILY", **given,
    }  # fmt: skip


AS_OF = date(2026, 2, 28)
FACTS = {
    "as_of": "2026-02-28",
    "own": {"balance_fen": 1250, "run_out_days": 9, "previous_bill_fen": 4000, "age": 40, "suspect_level": 0},
    "lines": [
        {"subscriber_id": 7, "party_id": 0, "line_type": "MOBILE_MAIN", "service_status": "IN_SERVICE",
         "revenue_3m_fen": 9000, "revenue_12m_fen": 30000, "run_out_date": "2026-03-09", "in_task": True,
         "broadband_end_date": "2026-03-20"},
        {"subscriber_id": 8, "party_id": 1, "line_type": "BROADBAND", "service_status": "IN_SERVICE",
         "revenue_3m_fen": 3000, "revenue_12m_fen": 12000, "broadband_end_date": "2026-03-20",
         "open_repair_count": 2},
    ],
}  # fmt: skip


@pytest.mark.req("X3")
def test_the_customers_own_values_stand_in_the_words(work_plan: Playbook) -> None:
    told = brief(work_plan, task(), FACTS, today=AS_OF)
    assert [reason.zh for reason in told.reasons] == ["余额 ¥12.50，约可用 9 天"]
    assert "¥12.50" in told.script[0].zh
    assert "9 天" in told.script[0].zh
    assert told.offer is not None
    assert told.offer.billing_code == work_plan.offer("prepay_bonus").billing_code
    assert (told.worth.at_risk_3m_fen, told.worth.revenue_12m_fen, told.worth.payback_months) == (
        9000,
        30000,
        2,
    )
    # One broadband, though it stands on both lines; the nearest clock first.
    assert [(clock.clock, clock.days) for clock in told.clocks] == [("run_out", 9), ("broadband_end", 20)]
    assert [(line.leads, line.view.other_person, line.open_repair_count) for line in told.lines] == [
        (True, False, 0),
        (False, True, 2),
    ]
    assert "other_people" in {caution.code for caution in told.not_to_say}


def test_a_task_without_facts_says_what_it_says_itself(work_plan: Playbook) -> None:
    told = brief(work_plan, task(kind="of_a_list", reason_1="客户来电 {催", offer_code=""), {}, today=AS_OF)
    assert [reason.zh for reason in told.reasons] == ["客户来电 {催"]
    assert (told.kind.zh, told.offer, told.lines, told.clocks) == ("of_a_list", None, (), ())
    assert told.success is None
    assert told.script == ()


def test_a_value_that_the_facts_lack_is_unknown(work_plan: Playbook) -> None:
    told = brief(work_plan, task(), {"as_of": "2026-02-28", "own": {}, "lines": []}, today=AS_OF)
    assert "未知" in told.reasons[0].zh


@pytest.mark.req("X3")
def test_a_card_read_later_than_its_data_counts_from_the_day_it_is_read(work_plan: Playbook) -> None:
    told = brief(work_plan, task(), FACTS, today=date(2026, 3, 14))
    assert told.as_of == AS_OF
    assert [reason.zh for reason in told.reasons] == ["余额 ¥12.50，按用量推算可能已经用完"]
    assert "9 天" not in told.script[0].zh
    assert [(clock.clock, clock.days) for clock in told.clocks] == [("run_out", -5), ("broadband_end", 6)]


def test_kinds_and_reasons_beside_the_playbook_have_the_words_that_are_given(work_plan: Playbook) -> None:
    given = task(kind="near", reason_1="near_below", reason_2="客户来电 {催", offer_code="")
    kinds, reasons = {"near": Text("临界户", "edge case")}, {"near_below": Text("差一点", "just short")}
    told = brief(work_plan, given, {}, today=AS_OF, kinds=kinds, reasons=reasons)
    assert told.kind == Text("临界户", "edge case")
    assert [reason.en for reason in told.reasons] == ["just short", "客户来电 {催"]


def test_without_consent_to_marketing_calls_a_call_sells_nothing(work_plan: Playbook) -> None:
    told = brief(work_plan, task(channel="APP"), {**FACTS, "no_sale_by_call": True}, today=AS_OF)
    assert not told.may_sell_by_call
    assert told.offer is not None
    assert "no_sale_by_call" in {caution.code for caution in told.not_to_say}
    agreed = brief(work_plan, task(), FACTS, today=AS_OF)
    assert agreed.may_sell_by_call
    assert told.offer.text.zh in agreed.script[1].zh
    assert told.script == agreed.script[:1]
