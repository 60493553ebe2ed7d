"""How far a figure is from its target, what to do today, and what a person types to issue targets."""

from decimal import Decimal
from fractions import Fraction

import pytest

from weixi.desk.scorecard.rules.gap import needed, room_of
from weixi.desk.scorecard.rules.morning import Facts, Worst, sentences
from weixi.desk.scorecard.rules.target import typed
from weixi.flow.assessment import KPI_NAMES, Split
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Light

RETENTION, CHURN, TASKS = "dynamic_retention_rate", "churn_rate", "warning_task_completion_rate"
KPIS = (TASKS, RETENTION, CHURN)
NO_TASKS = Facts(0, 0, 0, "", 0)


@pytest.mark.parametrize(
    ("kpi", "direction", "target", "gap", "numerator", "denominator", "said"),
    [
        (RETENTION, "AT_LEAST", Fraction(1), 37, 463, 500, "目标 100 %，还差 37 户"),
        (TASKS, "AT_LEAST", Fraction(3523, 10000), 4, 57, 172, "目标 35.23 %，还差 4 单"),
        (RETENTION, "AT_LEAST", Fraction(985, 1000), 0, 493, 500, "目标 98.5 %，已达标"),
        (CHURN, "AT_MOST", Fraction(15, 100), 12, 87, 500, "已超上限 12 户"),
        (CHURN, "AT_MOST", Fraction(15, 100), 0, 6, 500, "上限内还可离网 69 户"),
        (TASKS, "AT_LEAST", Fraction(35, 100), 0, 0, 0, "本月没有可考核的对象"),
    ],
)
def test_the_gap_is_said_in_subscribers(
    kpi: str, direction: str, target: Fraction, gap: int, numerator: int, denominator: int, said: str
) -> None:
    assert needed(kpi, direction, target, gap, numerator, denominator).zh == said


def test_a_ceiling_leaves_room_and_a_floor_none() -> None:
    assert room_of("AT_MOST", Fraction(75, 1000), 6, 100) == 1
    assert room_of("AT_MOST", Fraction(75, 1000), 8, 100) == 0
    assert room_of("AT_MOST", Fraction(75, 1000), 70, 999) == 4
    assert room_of("AT_LEAST", Fraction(1), 6, 100) == 0


def worst(
    kpi: str, light: Light, gap: int, short: int = 0, risk: int = 0, closest: int | None = None
) -> Worst:
    return Worst(kpi, KPI_NAMES[kpi], light, Text(f"差{gap}", f"{gap} short"), gap, short, risk, closest)


def test_the_first_sentence_is_of_the_worst_light_and_names_the_closest() -> None:
    found = sentences(
        [
            worst(TASKS, Light.GREEN, 0, short=9),
            worst(RETENTION, Light.RED, 41, short=48, risk=34, closest=8),
        ],
        Facts(3, 12, 40, "李明", 5),
    )
    assert [each.zh for each in found] == [
        "动态保有率差41；先争取差一点达到的 48 户，最近的再出账 0.08 元就达到。",
        "逾期 12 单，李明最多（5 单），先清逾期，今天再到期 3 单。",
        "守住刚过线和将离网的：动态保有率 34 户，逐户联系。",
    ]
    assert all(each.en.isascii() or "¥" in each.en or "李明" in each.en for each in found)


def test_a_unit_without_figures_still_gets_its_tasks() -> None:
    assert [each.zh for each in sentences([], NO_TASKS)] == ["没有待办任务。"]


def test_what_a_person_types_to_issue_targets_is_read() -> None:
    found = typed(
        {
            "split": "DIFFICULTY",
            f"split_{TASKS}": "SIZE",
            f"split_{CHURN}": "DIFFICULTY",
            f"rate_{RETENTION}": " 98.5% ",
            f"total_{CHURN}": "1,200",
        },
        KPIS,
    )
    assert found.split is Split.DIFFICULTY
    assert found.splits == {TASKS: Split.SIZE}
    assert found.rates == {RETENTION: Decimal("0.985")}
    assert found.totals == {CHURN: 1200}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "target.split"),
        ({"split": "SIZE", f"rate_{RETENTION}": "98 percent"}, "target.rate"),
        ({"split": "SIZE", f"rate_{RETENTION}": "201%"}, "target.rate"),
        ({"split": "SIZE", f"rate_{RETENTION}": "-1"}, "target.rate"),
        ({"split": "SIZE", f"total_{RETENTION}": "1.5"}, "target.total"),
        ({"split": "SIZE", f"split_{RETENTION}": "LUCK"}, "target.split"),
    ],
)
def test_what_cannot_be_read_is_said_by_its_kpi(given: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as fault:
        typed(given, KPIS)
    assert fault.value.code == code
    assert not given or "动态保有率" in fault.value.what.zh
