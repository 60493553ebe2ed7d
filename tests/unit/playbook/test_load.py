from decimal import Decimal

import pytest

from weixi.kernel.errors import PlaybookError, UsageError
from weixi.playbook import load


def test_the_small_plan_compiles(small, opened):
    playbook = opened(small)
    assert playbook.parameters["high"].value == 80
    assert playbook.key_share == Decimal("0.5")
    assert playbook.attachments == ("attachment", "capacity")
    assert [(b.code, b.low_fen, b.high_fen) for b in playbook.bands] == [
        ("LOW", None, 8000),
        ("HIGH", 8000, None),
    ]
    assert playbook.grades[-1].sql == "TRUE"
    assert playbook.kpi("churn_rate").rate == Decimal("0.075")
    assert playbook.kpi("churn_rate").period == "QUARTER"
    assert playbook.pools[0].amount_fen == 100_000


def test_a_cohort_is_its_population_and_its_arpu_and_the_assessed_are_the_arpu_alone(small, opened):
    playbook = opened(small)
    cohort = playbook.cohort("arpu80")
    assert "is_billed" in cohort.sql
    assert "revenue_3m_fen >= 8000 * complete_months" in cohort.sql
    assert cohort.columns == {"is_billed", "revenue_3m_fen", "complete_months"}
    assert "revenue_3m_fen >= 8000 * complete_months" in playbook.assessed_sql
    assert "is_billed" not in playbook.assessed_sql


def test_a_warning_knows_every_column_of_the_book_that_it_needs(small, opened):
    rule = opened(small).warning("lease")
    assert rule.columns == {"days_to_contract_end", "contract_end_date"}
    assert rule.success.columns == {"now_contract_end_date", "was_contract_end_date"}
    assert "contract_end_date" in rule.happens_sql
    assert (rule.act_before_days, rule.window_days) == (30, 30)
    assert [level.level for level in rule.levels] == ["RED", "BLUE"]
    assert rule.reasons[0].columns == {"days_to_contract_end"}
    assert rule.reasons[0].text.fill(days_to_contract_end=5).zh == "还有 5 天"
    assert rule.assessed


def test_an_offer_has_its_cost_its_conditions_and_why_not(small, opened):
    offer = opened(small).offer("handset")
    assert "8000" in offer.cost_sql
    assert offer.conditions[0].text.zh == "手机太新"
    assert (offer.pool, offer.kinds, offer.term_months) == ("device", ("lease",), 24)
    assert (offer.benefit_existing_fen, offer.benefit_new_fen) == (8000, 8000)


def test_a_shared_condition_stands_before_an_offer_s_own_and_only_in_its_families(small, opened):
    shared = """
[[offer_condition]]
code = "in_service"
families = ["DEVICE_OFFER"]
when = "is_in_service"
text = {zh = "不在网", en = "not in service"}
source = {document = "default", quote = "x"}
"""
    playbook = opened(small + shared)
    assert [c.code for c in playbook.offer("handset").conditions] == ["in_service", "old"]
    assert playbook.offer("care").conditions == ()


def test_a_fault_in_a_shared_condition_is_said_once(small, faults):
    shared = """
[[offer_condition]]
code = "in_service"
families = ["DEVICE_OFFER", "SERVICE"]
when = "is_in_servce"
text = {zh = "不在网", en = "not in service"}
source = {document = "default", quote = "x"}
"""
    [(code, where, _)] = faults(small + shared)
    assert (code, where) == ("expression.column", f"a.toml:{small.count(chr(10)) + 5}")


def test_every_entry_says_where_it_stands(small, opened, tmp_path):
    playbook = opened(small)
    assert playbook.warnings[0].source.at == f"{tmp_path}/a.toml:85"
    assert small.split("\n")[84] == "[[warning]]"


def test_the_fingerprint_changes_with_a_value_and_not_with_a_comment(small, opened):
    plain = opened(small).fingerprint
    assert opened("# note\n" + small.replace("value = 80", "value   = 80  # yuan")).fingerprint == plain
    assert opened(small.replace("value = 80", "value = 81")).fingerprint != plain
    assert opened(small.replace("手机太新", "手机还新")).fingerprint != plain


def test_the_order_of_the_rules_is_part_of_the_fingerprint(small, opened):
    levels = '[[warning.level]]\nlevel = "RED"\nwhen = "days_to_contract_end <= 10"\n'
    more = '[[warning.level]]\nlevel = "YELLOW"\nwhen = "tenure_months <= 20"\n'
    assert (
        opened(small.replace(levels, levels + more)).fingerprint
        != opened(small.replace(levels, more + levels)).fingerprint
    )


def test_a_text_with_a_byte_order_mark_is_read(small, opened):
    assert opened("\ufeff" + small).name == "small"


def test_windows_line_ends_keep_the_lines(small, faults):
    text = small.replace("window_days = 30", "window_days = 0")
    [(_, where, _)] = faults(text.replace("\n", "\r\n"))
    assert where == f"a.toml:{text.split(chr(10)).index('window_days = 0') + 1}"


def test_an_unknown_name_lists_the_shipped_ones(vocabulary):
    with pytest.raises(UsageError) as caught:
        load(["work_pln"], vocabulary)
    assert caught.value.code == "playbook.not_found"
    assert "work_plan" in caught.value.remedy.en


def test_no_name_at_all_is_said(vocabulary):
    with pytest.raises(PlaybookError) as caught:
        load([], vocabulary)
    assert caught.value.code == "playbook.none"


def test_a_kpi_may_have_a_weight(small, opened):
    assert opened(small).kpi("churn_rate").weight is None
    weighed = small.replace('period = "QUARTER"', 'period = "QUARTER"\nweight = 0.4')
    assert opened(weighed).kpi("churn_rate").weight == Decimal("0.4")
