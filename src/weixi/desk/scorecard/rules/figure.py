"""What a change of a figure means, whom it is compared with; what an export may hold. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction

from weixi.desk.scorecard.rules.gap import FLOOR
from weixi.flow.assessment import show
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel

MOST_ROWS = 100_000
"""The rows of one export; what lies beyond is said on it."""

MOST_COMPARED = 300_000
"""The lines of a unit up to which two calibres are compared one by one."""

PAGE_ROWS = 50
"""The rows of one page of a list."""


class Among(StrEnum):
    """Which nodes a league table compares: those under the same parent, those right below, or all counties below."""

    BESIDE = "BESIDE"
    BELOW = "BELOW"
    COUNTY = "COUNTY"


class Tone(StrEnum):
    """What a change means to whoever answers for the figure."""

    GOOD = "GOOD"
    BAD = "BAD"
    EVEN = "EVEN"


def tone(change: Fraction | None, direction: str) -> Tone:
    """Whether a change of a rate is good: rising is good for a floor and bad for a ceiling."""
    if not change:
        return Tone.EVEN
    return Tone.GOOD if (change > 0) == (direction == FLOOR) else Tone.BAD


MISSED = {
    "warning_task_completion_rate": Text(
        "当月到期、窗口内数据核验没有达成的任务", "tasks due in the month whose success test was not met"
    ),
    "dynamic_retention_rate": Text(
        "拍照用户 S0 中本月末已不是高值的：离网、未出账或降档",
        "members of S0 that are not high at the month's end: left, unbilled or fallen",
    ),
    "churn_rate": Text("基期在网、到本月末已离网的用户", "lines in service on date 0 that have left since"),
}
"""Whom the list of misses of a KPI holds."""


def missed(kpi: str) -> Text:
    """Whom the list of misses of that KPI holds."""
    return MISSED.get(
        kpi, Text("在分母里而不在分子里的", "those in the denominator and not in the numerator")
    )


def places(rates: Mapping[str, Fraction | None], direction: str) -> dict[str, int]:
    """Node → its place, 1 best; equal rates share the better place, nodes without a rate have none."""
    known = sorted((rate for rate in rates.values() if rate is not None), reverse=direction == FLOOR)
    return {code: known.index(rate) + 1 for code, rate in rates.items() if rate is not None}


def points(difference: Fraction | None) -> str:
    """A difference of two rates in percentage points, signed: `+1.80`, `−10.33`, `+0.004`; `—` where there is none."""
    if difference is None:
        return "—"
    shown = show(abs(difference), 3 if 0 < abs(difference) < Fraction(1, 10_000) else 2).removesuffix(" %")
    return f"{'−' if difference < 0 else '+'}{shown}" if difference else shown


def leagues_of(level: OrgLevel, beside: int, below: int) -> tuple[Among, ...]:
    """The league tables that a node's page offers, the first one open."""
    offered = []
    if level in (OrgLevel.PROVINCE, OrgLevel.CITY):
        offered.append(Among.COUNTY)
    if beside > 1:
        offered.append(Among.BESIDE)
    if below and level is not OrgLevel.CITY:
        offered.append(Among.BELOW)
    return tuple(offered)


def withheld(paths: Mapping[str, str], codes: Iterable[str], territory: tuple[str, ...]) -> frozenset[str]:
    """The nodes that lie outside the territory today; one that the desk does not know stays where its month had it."""
    return frozenset(code for code in codes if code in paths and not paths[code].startswith(territory))
