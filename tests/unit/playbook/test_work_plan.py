"""What the rules of the shipped work plan mean on a row."""

from datetime import date
from decimal import Decimal

import pytest

from weixi.kernel.terms import Category, Cluster, Grade, OfferFamily, Stage, WarningLevel


@pytest.mark.req("P3")
def test_the_five_divisions_are_all_there(work_plan):
    assert {rule.value for rule in work_plan.grades} == set(Grade)
    assert {rule.value for rule in work_plan.stages} == set(Stage)
    assert {rule.value for rule in work_plan.clusters} == set(Cluster)
    assert {rule.value for rule in work_plan.categories} == set(Category)
    assert [b.low_fen for b in work_plan.bands] == [None, 3000, 5000, 8000, 12000, 20000, 30000]
    for rules in (work_plan.grades, work_plan.stages, work_plan.clusters, work_plan.categories):
        assert rules[-1].sql == "TRUE"


@pytest.mark.req("P6")
def test_stages_have_the_precedence_of_the_default(work_plan):
    assert [rule.value for rule in work_plan.stages] == [
        "LEAD",
        "WIN_BACK",
        "EXITED",
        "DECLINING",
        "EXPIRING",
        "ONBOARDING",
        "GROWING",
        "STABLE",
    ]


@pytest.mark.req("T10")
def test_handset_prices_fall_into_three_half_open_bands(work_plan):
    assert [(b.low_fen, b.high_fen) for b in work_plan.handset_bands] == [
        (None, 150_000),
        (150_000, 300_000),
        (300_000, None),
    ]


def test_the_three_kpis(work_plan):
    found = {kpi.kpi: (kpi.rate, kpi.direction, kpi.period, kpi.calibre) for kpi in work_plan.kpis}
    assert found == {
        "warning_task_completion_rate": (
            Decimal("0.35"),
            "AT_LEAST",
            None,
            "warning_task_completion_rate.verified@1",
        ),
        "dynamic_retention_rate": (Decimal(1), "AT_LEAST", None, "dynamic_retention_rate.existing@1"),
        "churn_rate": (Decimal("0.075"), "AT_MOST", "QUARTER", "churn_rate.gross@1"),
    }


def test_the_warnings_are_in_order_of_strength(work_plan):
    codes = [rule.code for rule in work_plan.warnings]
    assert codes[0] == "port_out_query"
    assert codes.index("large_arrears_recovery") < codes.index("arrears_reminder")
    assert set(codes) == {
        "port_out_query",
        "complaint",
        "prepaid_balance_running_out",
        "handset_lease_expiring",
        "subsidy_expiring",
        "broadband_expiring",
        "contract_expiring",
        "large_arrears_recovery",
        "arrears_reminder",
        "dormant_high_value",
        "lapsed_lease_reactivation",
        "usage_drop",
    }
    for rule in work_plan.warnings:
        assert 1 <= len(rule.reasons) <= 3
        assert {level.level for level in rule.levels} <= set(WarningLevel)
        assert rule.success.columns


@pytest.mark.parametrize("plans", ["work_plan", "both_plans"])
def test_every_condition_is_true_or_false_on_a_row_that_knows_nothing(request, plans, value):
    playbook = request.getfixturevalue(plans)
    rules = [*playbook.grades, *playbook.stages, *playbook.clusters, *playbook.categories]
    conditions = [rule.sql for rule in rules]
    conditions += [
        x.sql for x in (*playbook.cohorts, *playbook.silences, *playbook.measures, *playbook.holdouts)
    ]
    conditions += [condition.sql for offer in playbook.offers for condition in offer.conditions]
    for warning in playbook.warnings:
        conditions += [warning.sql, warning.success.sql]
        conditions += [level.sql for level in warning.levels] + [reason.sql for reason in warning.reasons]
    conditions.append(playbook.assessed_sql)
    assert len(conditions) > 150
    found = value(f"[{', '.join(conditions)}]")
    assert [sql for sql, holds in zip(conditions, found, strict=True) if holds is None] == []
    warned = value(f"[{', '.join(warning.sql for warning in playbook.warnings)}]")
    assert not any(warned)


def test_every_cost_is_whole_fen(both_plans, value):
    for offer in both_plans.offers:
        assert isinstance(value(offer.cost_sql), int)


@pytest.mark.parametrize(("revenue", "inside"), [(23_999, False), (24_000, True), (24_001, True)])
def test_the_cohort_begins_at_eighty_yuan_of_the_three_month_mean(work_plan, value, revenue, inside):
    row = {
        "is_counted": True,
        "is_in_service": True,
        "is_billed": True,
        "revenue_3m_fen": revenue,
        "complete_months": 3,
    }
    assert value(work_plan.cohort("arpu80").sql, **row) is inside
    assert value(work_plan.assessed_sql, **row) is inside


def test_a_confirmed_suspect_line_is_left_alone_and_no_cohort_needs_to_know_of_it(work_plan, value):
    silence = {s.code: s for s in work_plan.silences}["suspect_usage_cleanup"]
    # Freezing cleans suspects out whatever the rule says, and a month without the column has its KPI all the same.
    assert not any("suspect_level" in rule.columns for rule in work_plan.cohorts)
    assert value(silence.sql, suspect_level=2)
    assert not value(silence.sql, suspect_level=1)


def test_a_port_out_application_silences_and_a_query_warns_with_a_service_call(work_plan, value):
    silence = {s.code: s for s in work_plan.silences}["port_out_application"]
    assert value(silence.sql, port_out_application_date=date(2025, 5, 3))
    assert not value(silence.sql, port_out_query_count=1)
    rule = work_plan.warning("port_out_query")
    assert value(rule.sql, port_out_query_count=1)
    assert [level.level for level in rule.levels] == ["RED"]
    first = next(offer for offer in work_plan.offers if not offer.kinds or rule.code in offer.kinds)
    assert (first.code, first.family, first.conditions) == ("service_call", OfferFamily.SERVICE, ())


@pytest.mark.parametrize(
    ("code", "column", "last", "levels", "others"),
    [
        (
            "prepaid_balance_running_out",
            "run_out_days",
            30,
            {7: "RED", 15: "YELLOW", 30: "BLUE"},
            {"payment_type": "PREPAID"},
        ),
        (
            "handset_lease_expiring",
            "days_to_contract_end",
            90,
            {30: "RED", 60: "YELLOW", 90: "BLUE"},
            {"contract_kind": "HANDSET_LEASE"},
        ),
        ("subsidy_expiring", "days_to_subsidy_end", 60, {30: "RED", 60: "YELLOW"}, {}),
        ("broadband_expiring", "days_to_broadband_end", 45, {15: "RED", 45: "YELLOW"}, {}),
    ],
)
def test_the_clocks(work_plan, value, code, column, last, levels, others):
    rule = work_plan.warning(code)
    assert value(rule.sql, **{column: last}, **others)
    assert value(rule.sql, **{column: 0}, **others)
    assert not value(rule.sql, **{column: last + 1}, **others)
    assert not value(rule.sql, **{column: -1}, **others)
    for days, level in levels.items():
        assert next(x.level for x in rule.levels if value(x.sql, **{column: days})) == level


def test_a_lease_is_not_the_only_contract_that_is_looked_after(work_plan, value):
    rule = work_plan.warning("contract_expiring")
    for kind in ("PREPAY_BONUS", "PLAN_COMMITMENT"):
        assert value(rule.sql, contract_kind=kind, days_to_contract_end=20)
    assert not value(rule.sql, contract_kind="HANDSET_LEASE", days_to_contract_end=20)


@pytest.mark.req("K9")
def test_a_large_debt_is_by_amount_or_by_months_of_spend(work_plan, value):
    large, small = work_plan.warning("large_arrears_recovery"), work_plan.warning("arrears_reminder")
    assert value(large.sql, arrears_fen=50_000)
    assert not value(large.sql, arrears_fen=49_999)
    assert value(large.sql, arrears_fen=9_001, revenue_3m_fen=9_000, complete_months=3)
    assert not value(large.sql, arrears_fen=9_000, revenue_3m_fen=9_000, complete_months=3)
    assert value(small.sql, arrears_fen=1)
    assert not value(small.sql, arrears_fen=0)


@pytest.mark.req("K10")
def test_a_dormant_line_is_high_value_by_arpu_or_by_its_minimum_spend(work_plan, value):
    rule = work_plan.warning("dormant_high_value")
    silent = {"is_in_service": True, "service_status": "IN_SERVICE", "stopped_months_3m": 0, "is_used": False}
    assert value(rule.sql, **silent, revenue_3m_fen=24_000, complete_months=3)
    assert value(rule.sql, **silent, min_spend_fen=8_000)
    assert not value(rule.sql, **silent, min_spend_fen=7_999)
    assert not value(rule.sql, **{**silent, "is_used": True}, min_spend_fen=8_000)
    assert not value(rule.sql, **{**silent, "stopped_months_3m": 1}, min_spend_fen=8_000)
    assert not value(rule.sql, **{**silent, "service_status": "PENDING_CANCEL"}, min_spend_fen=8_000)


@pytest.mark.req("K11")
def test_a_lapsed_lease_counts_while_its_handset_is_not_paid_back(work_plan, value):
    rule = work_plan.warning("lapsed_lease_reactivation")
    left = {"contract_kind": "HANDSET_LEASE", "days_since_exit": 180, "device_subsidy_fen": 80_000}
    assert value(rule.sql, **left, revenue_12m_fen=199_999)
    assert not value(rule.sql, **left, revenue_12m_fen=200_000)
    assert not value(rule.sql, **{**left, "days_since_exit": 181}, revenue_12m_fen=0)
    stopped = {**left, "days_since_exit": None, "is_in_service": True, "is_stopped": True}
    assert value(rule.sql, **stopped, days_to_contract_end=-180, revenue_12m_fen=0)
    assert not value(rule.sql, **stopped, days_to_contract_end=10, revenue_12m_fen=0)


def test_success_is_measured_in_the_data(work_plan, value):
    def met(code, **columns):
        return value(work_plan.warning(code).success.sql, now_is_in_service=True, **columns)

    assert met("prepaid_balance_running_out", recharge_fen=5_000)
    assert not met("prepaid_balance_running_out", recharge_fen=4_999)
    old, new = date(2025, 6, 20), date(2027, 6, 20)
    assert met("handset_lease_expiring", was_contract_end_date=old, now_contract_end_date=new)
    assert not met("handset_lease_expiring", was_contract_end_date=old, now_contract_end_date=old)
    assert met("arrears_reminder", now_arrears_fen=0)
    assert not met("arrears_reminder", now_arrears_fen=1)
    assert met("dormant_high_value", now_call_count=1)
    assert not met("dormant_high_value", now_call_count=0)
    assert met("complaint", complaint_closed_count=1)
    assert not met("complaint", complaint_closed_count=1, now_has_open_complaint=True)
    assert met("broadband_expiring", was_broadband_end_date=old, now_broadband_end_date=new)
    assert not met("usage_drop", was_data_kb=0, now_data_kb=0, was_call_count=0, now_call_count=0)
    assert met("usage_drop", was_data_kb=100, now_data_kb=120)
    assert met("port_out_query", order_count=1)
    assert not value(work_plan.warning("port_out_query").success.sql, now_is_in_service=False, order_count=1)


def test_what_happens_without_a_date_happens_some_days_on(work_plan, value):
    as_of = date(2025, 5, 31)
    assert value(work_plan.warning("port_out_query").happens_sql, as_of=as_of) == date(2025, 6, 7)
    assert value(work_plan.warning("usage_drop").happens_sql, as_of=as_of) == date(2025, 6, 30)


def test_handset_offers_go_by_tier_age_of_the_handset_and_contract(work_plan, value):
    premium, economical = work_plan.offer("device_premium"), work_plan.offer("device_economical")
    free = {"is_in_service": True, "arrears_fen": 0, "handset_month_count": 18, "complete_months": 3}

    def why_not(offer, **columns):
        return [c.code for c in offer.conditions if not value(c.sql, **{**free, **columns})]

    assert why_not(premium, revenue_3m_fen=60_001) == []
    assert why_not(premium, revenue_3m_fen=60_000) == ["high_end"]
    assert why_not(premium, revenue_3m_fen=60_000, grade="KEY") == []
    assert why_not(economical, revenue_3m_fen=60_000) == []
    assert why_not(economical, revenue_3m_fen=60_001) == ["mid_tier"]
    assert why_not(economical, revenue_3m_fen=23_999) == ["mid_tier"]
    assert why_not(economical, revenue_3m_fen=30_000, handset_month_count=17) == ["handset_old"]
    assert why_not(economical, revenue_3m_fen=30_000, days_to_contract_end=91) == ["contract_free"]
    assert why_not(economical, revenue_3m_fen=30_000, arrears_fen=1) == ["no_arrears"]


def test_a_second_contract_is_for_key_customers_near_the_end_of_theirs(work_plan, value):
    offer = work_plan.offer("recontract_key")
    assert offer.family == OfferFamily.RECONTRACT
    assert offer.term_months == 24

    def may(**columns):
        return all(value(c.sql, is_in_service=True, **columns) for c in offer.conditions)

    assert may(grade="KEY", days_to_contract_end=90)
    assert may(grade="KEY", days_to_contract_end=-90)
    assert not may(grade="KEY", days_to_contract_end=91)
    assert not may(grade="REGULAR", days_to_contract_end=30)


def test_a_deposit_is_the_general_method(work_plan, value):
    offer = work_plan.offer("deposit_general")
    assert offer.kinds == ()
    assert all(value(c.sql, is_in_service=True) for c in offer.conditions)


@pytest.mark.req("C5", "C7")
def test_what_new_subscribers_get_existing_ones_get_too(both_plans):
    for offer in both_plans.offers:
        assert offer.existing
        if offer.new:
            assert offer.benefit_existing_fen >= offer.benefit_new_fen
            if offer.commission_new_fen is not None:
                assert offer.commission_existing_fen >= offer.commission_new_fen


def test_handset_money_is_a_budget_that_existing_users_draw_on_first(work_plan):
    pools = {pool.code: pool for pool in work_plan.pools}
    assert pools["device_subsidy"].existing_first
    assert pools["device_subsidy"].amount_fen == 30_000_000
    assert pools["airtime"].amount_fen is None


@pytest.mark.req("C22")
def test_airtime_with_a_bound_service_is_lower_by_the_service_s_margin(work_plan, value):
    plain, bound = work_plan.offer("airtime"), work_plan.offer("airtime_with_service")
    margin = work_plan.parameters["bound_service_margin"].value * 100
    assert value(plain.cost_sql) - value(bound.cost_sql) == margin
    assert value(bound.cost_sql) == bound.benefit_existing_fen == 3_000


def test_mass_market_offers_have_a_positive_first_cash_flow(work_plan):
    codes = ["tariff_follow", "airtime", "airtime_with_service", "deposit_general"]
    assert all(work_plan.offer(code).first_cash_flow_fen > 0 for code in codes)


def test_measures_are_common_for_all_and_differ_by_contribution(work_plan, value):
    groups = {measure.group for measure in work_plan.measures}
    assert {"COMMON", "MID_HIGH", "MASS", "TERMINAL", "PROCESS", "METHOD", "EXPIRY"} == groups
    high = {"revenue_3m_fen": 24_000, "complete_months": 3}
    low = {"revenue_3m_fen": 23_999, "complete_months": 3}
    for measure in work_plan.measures:
        if measure.group == "MASS":
            assert value(measure.sql, **low)
            assert not value(measure.sql, **high)
        if measure.group == "MID_HIGH":
            assert not value(measure.sql, **low)
        if measure.group == "COMMON":
            assert measure.channels
    assert value({m.code: m for m in work_plan.measures}["coverage"].sql)


def test_the_mid_and_high_end_bundle_has_its_five_parts(work_plan):
    bundle = {measure.code for measure in work_plan.measures if measure.group == "MID_HIGH"}
    assert bundle == {
        "device_cost_to_existing",
        "prepay_bonus",
        "arrears_service",
        "device_privilege",
        "service_for_high_deposit",
    }


def test_the_levers_of_base_work(work_plan):
    assert {lever.code: lever.warnings for lever in work_plan.levers} == {
        "competitor_win_over": (),
        "suspect_usage_cleanup": (),
        "large_arrears_recovery": ("large_arrears_recovery",),
        "dormant_high_value": ("dormant_high_value",),
        "lapsed_lease_reactivation": ("lapsed_lease_reactivation",),
    }


@pytest.mark.parametrize(
    ("columns", "share"),
    [
        ({"revenue_3m_fen": 23_999, "complete_months": 3}, "0.02"),
        ({"revenue_3m_fen": 24_000, "complete_months": 3}, "0.01"),
        ({"revenue_3m_fen": 60_000, "complete_months": 3}, "0"),
        ({"corporate_account_id": 5}, "0"),
        ({"has_open_complaint": True}, "0"),
        ({"arrears_fen": 1}, "0"),
        ({}, "0.02"),
    ],
)
def test_the_hold_out_grows_where_less_is_at_stake(work_plan, value, columns, share):
    assert next(rule.share for rule in work_plan.holdouts if value(rule.sql, **columns)) == Decimal(share)
