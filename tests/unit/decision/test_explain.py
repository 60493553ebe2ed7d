"""The answers to: why him, why today, why this offer, why not the others, why not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from weixi.engine import Store
from weixi.flow.decision import Explanation, Verdict, explain, find_subscriber
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Condition, HoldoutRule, Playbook, Pool

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)
Planned = Callable[..., None]
QUIET = {"contract_end_date": None}


def told(store: Store, playbook: Playbook, number: int = 1) -> Explanation:
    return explain(store, playbook, JUNE, number)


def test_a_task_is_told_with_the_lines_own_values_and_a_masked_person(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(playbook, {"subscriber_id": 1, "balance_fen": 999}, {"subscriber_id": 2})
    found = told(store, playbook)
    assert found.verdict is Verdict.TASK
    assert (found.who.number, found.who.name) == ("130****0001", "王**")
    assert [(w.code, w.leads) for w in found.warnings] == [("expiring", True), ("low_balance", False)]
    assert found.warnings[0].reasons[0].zh == "expiring 余额 ¥9.99"
    assert found.labels[0].value.zh == "重要客户"
    assert found.task is not None
    assert found.task.task_date == date(2025, 6, 20)
    assert (found.task.unit.zh, found.task.owner) == ("节点U1", Text("节点O1", "节点O1"))
    assert (found.task.cost_fen, found.task.worth_fen) == (1000, 30_000)
    assert found.why.zh == "命中预警“expiring”（低），2025年6月20日联系"


@pytest.mark.parametrize(
    ("happens", "said"),
    [("2025-06-30", "正是这一天"), ("2025-06-05", "计划首日即联系"), ("2025-09-01", "本月内最晚一天联系")],
)
def test_why_this_day(store: Store, playbook: Playbook, planned: Planned, happens: str, said: str) -> None:
    rule = replace(playbook.warnings[0], happens_sql=f"CAST('{happens}' AS DATE)")
    dated = replace(playbook, warnings=(rule, playbook.warnings[1]))
    planned(dated, {"subscriber_id": 1})
    answer = told(store, dated).why_today
    assert answer is not None
    assert said in answer.zh


def test_a_line_beside_the_leading_one_hears_of_the_common_task_and_its_earlier_day(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    early = replace(playbook.warnings[1], happens_sql="CAST('2025-06-12' AS DATE)")
    dated = replace(playbook, warnings=(playbook.warnings[0], early))
    planned(
        dated,
        {"subscriber_id": 1, "household_id": 3},
        {"subscriber_id": 2, "household_id": 3, "balance_fen": 1, **QUIET},
        {"subscriber_id": 4, "household_id": 3, **QUIET},
    )
    beside = told(store, dated, 2)
    assert beside.verdict is Verdict.TASK
    assert beside.why.zh.startswith("与同户用户 1 合并为一个任务")
    assert not beside.warnings[0].leads
    assert beside.why_today is not None
    assert "另一条线路更早" in beside.why_today.zh
    bystander = told(store, dated, 4)
    assert bystander.verdict is Verdict.NO_WARNING
    assert bystander.why.zh == "没有预警命中；同户其他线路有任务"
    assert bystander.task is not None


def test_every_offer_says_why_it_is_or_is_not_the_one(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    handset, gift, care = playbook.offers
    told_why = Text("账期 {complete_months} 个月不够", "{complete_months} months are too few")
    refusing = replace(handset, conditions=(Condition("long", "complete_months > 5", told_why),))
    poor = replace(
        playbook,
        offers=(refusing, gift, care),
        pools=tuple(replace(pool, amount_fen=500) for pool in playbook.pools),
    )
    planned(poor, {"subscriber_id": 1})
    offers = {offer.code: offer for offer in told(store, poor).offers}
    assert offers["handset"].why.zh == "账期 3 个月不够"
    assert offers["gift"].why.zh == "可办，但“gifts”预算已用于更紧急、价值更高的任务"
    assert offers["care"].is_chosen
    rich = replace(
        poor, fingerprint="rich", pools=tuple(replace(pool, amount_fen=None) for pool in playbook.pools)
    )
    planned(rich, {"subscriber_id": 1, "balance_fen": 5000})
    offers = {offer.code: offer for offer in told(store, rich).offers}
    assert offers["gift"].is_chosen
    assert offers["care"].why.zh == "可办，排在所选优惠之后"


@pytest.mark.req("X2")
def test_a_silenced_line_is_told_the_rule(store: Store, playbook: Playbook, planned: Planned) -> None:
    applied = {"port_out_application_date": date(2025, 5, 30)}
    planned(playbook, {"subscriber_id": 1, **applied}, {"subscriber_id": 2, **applied, **QUIET})
    for number in (1, 2):
        found = told(store, playbook, number)
        assert found.verdict is Verdict.SILENCED
        assert found.why.zh == "不得联系：已申请携出"
        assert not any(offer.is_chosen for offer in found.offers)


def test_a_held_out_line_is_told_so(store: Store, playbook: Playbook, planned: Planned) -> None:
    held = replace(playbook, holdouts=(HoldoutRule("all", "TRUE", Decimal(1)),))
    planned(held, {"subscriber_id": 1})
    found = told(store, held)
    assert found.verdict is Verdict.HOLDOUT
    assert found.task is not None
    assert found.task.channel is None
    assert found.offers[0].why.zh == "可办，但本户本月不联系"


def test_without_a_task_the_reason_is_given(store: Store, playbook: Playbook, planned: Planned) -> None:
    planned(
        playbook,
        {"subscriber_id": 1, **QUIET},
        {"subscriber_id": 2, "service_status": "EXITED", **QUIET},
        {"subscriber_id": 3, "line_use": "TEST", **QUIET},
    )
    verdicts = [told(store, playbook, number).verdict for number in (1, 2, 3)]
    assert verdicts == [Verdict.NO_WARNING, Verdict.NOT_IN_SERVICE, Verdict.NOT_COMMERCIAL]


def test_warnings_that_the_data_cannot_give_are_named(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(playbook, {"subscriber_id": 1, "balance_fen": None, **QUIET}, missing=("balance_fen",))
    found = told(store, playbook)
    assert found.verdict is Verdict.NOT_COMPUTABLE
    assert [text.zh for text in found.not_computable] == ["预警“low_balance”不可算：数据缺少 balance_fen"]


def test_a_plan_of_another_playbook_is_not_explained_by_this_one(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(playbook, {"subscriber_id": 1})
    renamed = replace(playbook, fingerprint="other", title=Text("新名", "new name"))
    assert explain(store, renamed, JUNE, 1).verdict is Verdict.TASK
    stricter = replace(playbook, pools=tuple(replace(pool, amount_fen=1) for pool in playbook.pools))
    with pytest.raises(DataError, match=r"plan\.other_playbook"):
        explain(store, stricter, JUNE, 1)


def test_a_subscriber_is_found_by_the_operators_key_or_by_ours(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(playbook, {"subscriber_id": 1}, {"subscriber_id": 2})
    assert find_subscriber(store, "USER0002", MAY) == 2
    assert find_subscriber(store, "key:USER0002", MAY) == 2
    assert find_subscriber(store, "2", MAY) == 2
    assert find_subscriber(store, "id:1", MAY) == 1
    for unknown in ("USER0003", "3", "key:2", "id:USER0002", "' OR TRUE --"):
        with pytest.raises(UsageError, match=r"plan\.no_subscriber"):
            find_subscriber(store, unknown, MAY)
    with pytest.raises(UsageError, match=r"plan\.no_subscriber"):
        explain(store, playbook, JUNE, 3)


def test_a_pool_without_limit_is_never_the_reason(store: Store, playbook: Playbook, planned: Planned) -> None:
    free = replace(playbook, pools=tuple(Pool(p.code, p.text, None, p.source) for p in playbook.pools))
    planned(free, {"subscriber_id": 1}, {"subscriber_id": 2})
    for number in (1, 2):
        assert told(store, free, number).offers[0].is_chosen


def test_a_condition_that_the_data_cannot_tell_is_not_said_to_have_failed(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    old = Condition(
        "old",
        "COALESCE(handset_month_count >= 18, FALSE)",
        Text("未满", "too new"),
        frozenset({"handset_month_count"}),
    )
    picky = replace(playbook, offers=(replace(playbook.offers[0], conditions=(old,)), *playbook.offers[1:]))
    planned(picky, {"subscriber_id": 1, "handset_month_count": 3})
    assert told(store, picky).offers[0].why == Text("未满", "too new")
    planned(picky, {"subscriber_id": 1, "handset_month_count": None}, missing=("handset_month_count",))
    assert told(store, picky).offers[0].why == Text(
        "无法判断，不办：数据缺少 handset_month_count",
        "not known, so not offered: the data lacks handset_month_count",
    )


def codes(found: Explanation) -> set[str]:
    return {each.code for each in found.not_to_say}


def test_worth_days_and_payback(store: Store, playbook: Playbook, planned: Planned) -> None:
    planned(playbook, {"subscriber_id": 1, "revenue_12m_fen": 110_000})
    found = told(store, playbook)
    assert found.worth is not None
    assert (found.worth.at_risk_3m_fen, found.worth.revenue_12m_fen) == (30_000, 110_000)
    assert (found.worth.cost_fen, found.worth.payback_months) == (1000, 1)
    assert found.days_ahead == 10
    dear = replace(playbook, fingerprint="dear", offers=(replace(playbook.offers[0], cost_sql="25000"),))
    dear = replace(dear, pools=(replace(dear.pools[0], amount_fen=None),))
    planned(dear, {"subscriber_id": 1, "revenue_12m_fen": 110_001})
    found = told(store, dear)
    assert found.worth is not None
    assert found.worth.payback_months == 3  # 250 yuan over 100 a month


def test_the_households_other_lines_and_whose_they_are(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(
        playbook,
        {"subscriber_id": 1, "household_id": 3, "party_id": 7},
        {"subscriber_id": 2, "household_id": 3, "party_id": 8, "balance_fen": 1, **QUIET},
        {"subscriber_id": 4, "household_id": 3, "party_id": 7, **QUIET},
        {"subscriber_id": 5, "party_id": 9},
    )
    found = told(store, playbook)
    seen = [
        (line.subscriber_id, line.in_task, line.other_person, line.warning and line.warning.zh)
        for line in found.other_lines
    ]
    assert seen == [(2, True, True, "low_balance"), (4, False, False, None)]
    assert "other_people" in codes(found)
    assert "other_people" not in codes(told(store, playbook, 5))


def test_what_not_to_say_follows_from_the_offer_and_the_line(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    bound = replace(playbook.offers[0], term_months=24)
    binding = replace(playbook, offers=(bound, *playbook.offers[1:]))
    planned(binding, {"subscriber_id": 1, "birth_year": 2008})
    found = told(store, binding)
    assert codes(found) == {"port_out_condition", "term", "rival", "minor"}
    term = next(each for each in found.not_to_say if each.code == "term")
    assert "捆绑 24 个月，当天办理到 2027 年 6 月止" in term.text.zh
    free = replace(playbook, fingerprint="free", offers=playbook.offers[1:])
    planned(free, {"subscriber_id": 1, "birth_year": 1990, "port_out_query_count": 1, "suspect_level": 1})
    assert codes(told(store, free)) == {"port_out_known", "port_out_condition", "no_term", "rival", "suspect"}
    care = replace(playbook, fingerprint="care", offers=playbook.offers[2:])
    planned(care, {"subscriber_id": 1, "birth_year": 1990, "port_out_query_count": 0})
    assert codes(told(store, care)) == set()


def test_offers_that_cannot_be_had_are_not_promised(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    handset, gift, care = playbook.offers
    refusing = replace(
        handset, conditions=(Condition("long", "complete_months > 5", Text("不够", "too few")),)
    )
    planned(replace(playbook, offers=(refusing, gift, care)), {"subscriber_id": 1})
    found = told(store, replace(playbook, offers=(refusing, gift, care)))
    refused = next(each for each in found.not_to_say if each.code == "refused_offers")
    assert refused.text.zh == "不许诺办不了的优惠：“handset”"


def test_an_open_complaint_shuts_every_sale_and_a_missing_consent_one_channel(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(
        playbook,
        {"subscriber_id": 1, "has_open_complaint": True},
        {"subscriber_id": 2, "consents_to_call": False},
    )
    complaining = told(store, playbook, 1)
    assert not any(channel.may_sell for channel in complaining.channels)
    assert "open_complaint" in codes(complaining)
    assert "port_out_condition" not in codes(complaining)
    shut = {channel.channel.en for channel in told(store, playbook, 2).channels if not channel.may_sell}
    assert shut == {"phone"}


@pytest.mark.req("X2")
def test_who_is_not_contacted_hears_nothing(store: Store, playbook: Playbook, planned: Planned) -> None:
    planned(playbook, {"subscriber_id": 1, "port_out_application_date": date(2025, 5, 30)})
    found = told(store, playbook)
    assert codes(found) == {"no_contact"}
    assert not any(channel.may_sell for channel in found.channels)


def test_a_grade_that_is_held_says_what_the_rules_say(
    store: Store, playbook: Playbook, planned: Planned
) -> None:
    planned(playbook, {"subscriber_id": 1, "grade": "KEY", "rule_grade": "REGULAR", "pending_months": 1})
    note = told(store, replace(playbook, hold_months=2)).labels[0].note
    assert note is not None
    assert note.zh == "本月规则判为普通客户，已 1 个月，满 2 个月才改"
    planned(playbook, {"subscriber_id": 1, "grade": "KEY", "rule_grade": "KEY"})
    assert told(store, playbook).labels[0].note is None
