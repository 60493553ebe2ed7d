"""What the entries of the catalogue share: the KPIs' names, the populations in words, the shape of a line calibre."""

from collections.abc import Iterable, Mapping

from weixi.flow.assessment.calibre import Calibre, Grain, Input
from weixi.kernel.language import Text

RETENTION = "dynamic_retention_rate"
CHURN = "churn_rate"
COMPLETION = "warning_task_completion_rate"
REVENUE = "revenue_retention_rate"

KPI_NAMES: Mapping[str, Text] = {
    RETENTION: Text("动态保有率", "dynamic retention rate"),
    CHURN: Text("离网率", "churn rate"),
    COMPLETION: Text("预警任务完成率", "warning-task completion rate"),
    REVENUE: Text("收入保有率", "revenue retention rate"),
}

OWNER = Text("市场部（客户维系）", "market department (retention)")
S0 = Text(
    "拍照用户 S0（基期末 ARPU≥80、出账、在网的移动主卡）",
    "sealed cohort S0 (main cards with ARPU ≥ 80, billed, in service on date 0)",
)
BASE = Text("基期末在网移动主卡", "main cards in service on date 0")
TO_DATE = Text("基期末至本月末累计", "from date 0 to the month's end")
IN_MONTH = Text("本月", "the month")
_NO_SUSPECT = Text(
    "测试卡、员工卡、物联网卡、副卡、宽带；已确认的黑话用户同时退出分子分母",
    "test, staff and IoT lines, secondary cards, broadband; confirmed suspects leave both sides together",
)


def count(condition: str, weight: int = 1) -> str:
    """1 (or the weight) for a row of which the condition holds, else 0: summed, a count."""
    return f"CASE WHEN {condition} THEN {weight} ELSE 0 END"


def line(
    kpi: str,
    code: str,
    name: Text,
    numerator: tuple[str, Text],
    denominator: tuple[str, Text],
    *,
    inputs: Iterable[Input],
    columns: Iterable[str] = (),
    population: Text = BASE,
    period: Text = TO_DATE,
) -> Calibre:
    """A calibre that counts lines; numerator and denominator are each (expression, words)."""
    return Calibre(
        code=f"{kpi}.{code}",
        version=1,
        kpi=kpi,
        name=name,
        numerator_text=numerator[1],
        denominator_text=denominator[1],
        population=population,
        exclusions=_NO_SUSPECT,
        period=period,
        owner=OWNER,
        grain=Grain.LINE,
        numerator=numerator[0],
        denominator=denominator[0],
        inputs=frozenset(inputs),
        columns=frozenset(columns),
    )
