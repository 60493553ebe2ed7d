"""What the figures behind a decision mean."""

import pytest

from weixi.desk.evidence.rules.answer import Decision, require_open, require_reason
from weixi.desk.evidence.rules.certificate import Point, another, gap_said, measure, more_said, worth_at
from weixi.desk.evidence.rules.model import figures_of, member_said, recipe_said
from weixi.desk.evidence.rules.proposal import effect_said
from weixi.flow.score import CHURN_RECIPES
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

BUDGET = Text("预算", "budget")
CURVE = [
    Point(100.0, 10.0, 11.0),
    Point(300.0, 30.0, 31.0),
    Point(200.0, 24.0, 25.0),
    Point(400.0, None, 40.0),
]


def test_a_value_between_two_points_lies_on_their_line() -> None:
    assert worth_at(CURVE, 150.0) == 17.0
    assert worth_at(CURVE, 300.0) == 30.0
    assert worth_at(CURVE, 350.0) is None
    assert another(CURVE, 200.0, 50) == 3.0
    assert another(CURVE, 200.0, 150) is None
    assert another([], 200.0) is None


def test_more_money_that_brings_nothing_is_called_so() -> None:
    assert "多保不了什么" in more_said(BUDGET, 40.0, "CNY").zh
    assert "约多保住 ¥123" in more_said(BUDGET, 12_345.0, "CNY").zh


def test_amounts_are_shown_in_units_of_people() -> None:
    assert measure("MONEY", 12_345_600) == "123,456"
    assert measure("MINUTES", 90) == "1.5"
    assert measure("CONTACTS", 12) == "12"


def test_a_small_gap_keeps_its_digits() -> None:
    assert "0.46%" in gap_said(0.0046, "¥1").zh
    assert "0.0012%" in gap_said(0.000012, "¥1").zh


def test_a_badly_calibrated_score_is_not_called_ready_for_budgets() -> None:
    figures = {"auc": 0.8, "pr_auc": 0.3, "lift10": 3.2, "brier": 0.05, "ece": 0.03, "emp": 0.1}
    said = {each.code: each for each in figures_of(figures, 0.1)}
    assert "留余地" in said["ece"].means.zh
    assert "直接用" in {each.code: each for each in figures_of(figures | {"ece": 0.01}, 0.1)}["ece"].means.zh
    # 0.1 × 0.9 = 0.09: 0.05 is 44 % less.
    assert "0.0900" in said["brier"].means.zh
    assert "44%" in said["brier"].means.zh


def test_every_model_has_words() -> None:
    for recipe, members in CHURN_RECIPES.items():
        assert recipe_said(recipe).zh != recipe
        assert all(member_said(member).zh != member or member == "CatBoost" for member in members)
    assert member_said("unknown").zh == "unknown"


def test_a_proposal_is_answered_once_and_declined_for_a_reason() -> None:
    require_open("")
    with pytest.raises(UsageError, match=r"evidence\.answered"):
        require_open(Decision.ACCEPTED.value)
    assert require_reason("  太贵 ") == "太贵"
    with pytest.raises(UsageError):
        require_reason("  ")


def test_an_effect_is_said_with_its_interval() -> None:
    said = effect_said(1_234_500, 200_000, 2_269_000, "FEN_A_MONTH")
    assert said is not None
    assert said.zh == "预计每月多得 ¥12,345（区间 ¥2,000 至 ¥22,690）"
    lot = effect_said(2_100, 500, 3_700, "FEN_A_TASK")
    assert lot is not None
    assert lot.zh == "每户多带来 ¥21（区间 ¥5 至 ¥37）"
    # What is taken more often is not said to keep anybody.
    rate = effect_said(0.02, None, None, "RATE")
    assert rate is not None
    assert rate.zh == "受理率相差 +2.0 个百分点"
    assert effect_said(None, None, None, "") is None
