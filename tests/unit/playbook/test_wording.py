"""Conditions in business words: what a planner wrote, read back without any SQL."""

import re

import pytest

from weixi.dialect.outline import Form, Outline, outline
from weixi.playbook import Playbook, Vocabulary, load
from weixi.playbook.render.wording import SEE_APPENDIX, Wording

SAID = [
    # expression, its words in Chinese, in English
    ("arpu_at_least($high_value_arpu)", "近三个月平均 ARPU 不低于 80 元",
     "the mean ARPU of three months is at least 80 yuan"),
    ("NOT arpu_at_least(80)", "近三个月平均 ARPU 低于 80 元，或尚无完整出账月", None),
    ("arpu_between(80, $mid_arpu_high)", "近三个月平均 ARPU 在 80 元至 200 元之间（含两端）", None),
    ("service_status = 'EXITED'", "服务状态为“离网”", "the service status is “exited”"),
    ("grade <> 'KEY'", "分级不是“重要客户”", "the grade is not “key customer”"),
    ("band = 'B80'", "分档为“80–120 元”", "the band is “80 to 120 yuan”"),
    ("contract_kind IN ('PREPAY_BONUS', 'PLAN_COMMITMENT')", "合约类型为“存费赠费”或“合约套餐”", None),
    ("arrears_fen >= yuan($large_arrears)", "欠费不低于 500 元", "the debt is at least 500 yuan"),
    ("COALESCE(arrears_fen, 0) = 0", "没有欠费", "has no debt"),
    ("arrears_fen > 0", "有欠费", "is in debt"),
    ("500 <= bill_fen", "当月账单不低于 5 元", "the month's bill is at least 5 yuan"),
    ("days_to_contract_end >= 0 AND days_to_contract_end <= 90", "合约将在 90 天内到期", None),
    ("days_to_contract_end <= $recontract_days AND days_to_contract_end >= -$recontract_days",
     "在合约到期前后 90 天以内", "is within 90 days of the contract's end"),
    ("days_to_contract_end < 0 AND days_to_contract_end >= -180", "合约到期后不超过 180 天", None),
    ("days_to_contract_end < 0", "已过合约到期", "is past the contract's end"),
    ("days_to_contract_end IS NULL", "没有合约", "has no contract"),
    ("NOT (household_id IS NULL)", "属于家庭", "belongs to a household"),
    ("revenue_3m_fen * 100 < revenue_previous_3m_fen * $decline_percent", "近三个月账单低于再前三个月账单的 70%", None),
    ("balance_fen * complete_months >= revenue_3m_fen * 6", "余额不低于 6 个月的月均账单", None),
    ("arrears_fen * 2 <= bill_fen", "欠费不超过当月账单的一半", "the debt is at most half of the month's bill"),
    ("bill_fen > 3 * plan_fee_fen", "当月账单超过套餐月费的 3 倍", None),
    ("tenure_months % $onboarding_months = 0", "在网时长每满 3 个月", "the tenure is a multiple of 3 months"),
    ("is_rural AND NOT is_campus", "在农村，且不是校园用户", "lives in the country, and is no campus user"),
    ("NOT (is_rural OR is_campus)", "不在农村，且不是校园用户", None),
    ("is_rural AND (is_campus OR is_used)", "在农村，且（是校园用户，或当月有通话、流量或短信）", None),
    ("$dormant_voice_only = 1 AND is_rural", "无", "nobody"),
    ("is_rural OR ($dormant_voice_only = 1 AND is_campus)", "在农村", "lives in the country"),
    ("contract_end_date > open_date", "合约到期日晚于入网日期", "the contract's end is after the day of joining"),
    ("TRUE", "全部用户", "everyone"),
    ("plan_code LIKE 'A%'", "符合附录二所列算式", "meets the expression given in appendix 2"),
    ("is_rural AND abs(balance_fen) > 3", "在农村，且符合附录二所列算式", None),
]  # fmt: skip
SQL = re.compile(r"[a-z]+_[a-z]|[=<>$*]|\b(?:AND|OR|NOT|NULL|TRUE|FALSE|COALESCE)\b")


@pytest.fixture(scope="module")
def wording(vocabulary: Vocabulary) -> Wording:
    return Wording(load(["work_plan"], vocabulary), vocabulary)


@pytest.mark.parametrize(("expression", "zh", "en"), SAID)
def test_a_condition_is_said(wording, expression, zh, en):
    said = wording.condition(expression)
    assert said.zh == zh
    if en is not None:
        assert said.en == en


def every_condition(playbook: Playbook) -> list[str]:
    rules = [*playbook.grades, *playbook.stages, *playbook.clusters, *playbook.categories, *playbook.cohorts]
    rules += [*playbook.silences, *playbook.holdouts, *playbook.measures, *playbook.service.campaign_holdouts]
    found = [rule.when for rule in rules]
    for warning in playbook.warnings:
        found += [warning.when, warning.success.when, *(level.when for level in warning.levels)]
        found += [reason.when for reason in warning.reasons]
    return found + [condition.when for offer in playbook.offers for condition in offer.conditions]


@pytest.mark.parametrize("name", ["work_plan", "care_scheme", "today"])
def test_every_condition_that_ships_has_words_of_its_own(vocabulary, name):
    playbook = load([name], vocabulary)
    words = Wording(playbook, vocabulary)
    for expression in every_condition(playbook):
        said = words.condition(expression)
        for language in (said.zh, said.en):
            assert not SQL.search(language), (expression, language)
        assert SEE_APPENDIX.zh not in said.zh, expression
        assert not re.search(r"[一-鿿]", said.en.replace("“", "")), said.en


@pytest.mark.parametrize("name", ["work_plan", "care_scheme", "today"])
def test_every_day_and_cost_that_ships_has_words(vocabulary, name):
    playbook = load([name], vocabulary)
    words = Wording(playbook, vocabulary)
    for expression in [w.happens for w in playbook.warnings] + [o.cost for o in playbook.offers]:
        assert words.value(expression) != SEE_APPENDIX, expression
    assert words.value("yuan($mass_airtime) - yuan($bound_service_margin)").zh == "30 元"
    assert words.value("as_of + $dormant_days").zh == "数据月末后 30 天"
    assert words.value("contract_end_date").zh == "合约到期日"


def test_every_column_that_a_playbook_may_name_has_words(vocabulary):
    columns = {*vocabulary.subscriber, *vocabulary.labelled, *vocabulary.outcome}
    assert columns == set(vocabulary.phrases)
    for phrase in vocabulary.phrases.values():
        for text in (phrase.noun, phrase.present, phrase.lacking, phrase.none):
            assert text is None or (text.zh and text.en)


def test_every_shipped_kpi_has_its_calibre_in_words(vocabulary):
    playbook = load(["today"], vocabulary)
    for calibre in [
        *(kpi.calibre for kpi in playbook.kpis),
        *(goal.calibre for goal in playbook.service.goals),
    ]:
        assert calibre in vocabulary.calibres


def test_an_outline_flattens_and_unwraps():
    tree = outline("(a AND (b AND c)) AND COALESCE(d, 0) = -$x")
    assert tree.form is Form.AND
    assert [part.form for part in tree.parts] == [Form.COLUMN, Form.COLUMN, Form.COLUMN, Form.EQUAL]
    assert tree.parts[3].parts[0] == Outline(Form.COLUMN, "d")
    assert [piece.word for piece in tree.walk() if piece.form is Form.PARAMETER] == ["x"]
