"""The report's charts as ECharts options: plain values for JSON, drawn in the browser."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from weixi.cli.report_page.content import Tier
from weixi.flow.assessment import CAME, PART_TEXTS, KpiReport, find_calibre
from weixi.flow.decision import PlanSummary
from weixi.kernel.language import Language

Option = dict[str, Any]

BLUE, GREEN, RED, GREY = "#1f5fae", "#2e8b57", "#c8372d", "#8a94a3"
_GRID = {"left": 8, "right": 16, "top": 28, "bottom": 8, "containLabel": True}
_QUIET = {"animation": False, "textStyle": {"fontFamily": "inherit"}}


def trend(reports: Sequence[KpiReport], kpi: str) -> Option:
    """The assessed calibre of one KPI at the top of the tree, month by month, with the target of each month."""
    values, targets = [], []
    for report in reports:
        score = report.scores.get((kpi, report.top))
        rate = None if score is None or score.value.calibre in report.not_computable else score.value.rate
        values.append(None if rate is None else _percent(rate))
        targets.append(None if score is None else round(score.target_rate * 100, 2))
    known = [value for value in (*values, *targets) if value is not None]
    room = max((max(known) - min(known)) * 0.15, 0.5) if known else 1
    line = {"type": "line", "connectNulls": True}
    return {
        **_QUIET,
        "grid": _GRID,
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [str(report.month) for report in reports]},
        "yAxis": {
            "type": "value",
            "min": round(min(known) - room, 1) if known else 0,
            "max": round(max(known) + room, 1) if known else 1,
            "axisLabel": {"formatter": "{value}%"},
            "splitNumber": 3,
        },
        "series": [
            {**line, "name": "value", "data": values, "itemStyle": {"color": BLUE}, "symbolSize": 7},
            {
                **line,
                "name": "target",
                "data": targets,
                "symbol": "none",
                "lineStyle": {"type": "dashed", "color": GREY},
            },
        ],
    }


def retention_waterfall(report: KpiReport, language: Language) -> Option | None:
    """S0 − exits − fell + rose = He at the top of the tree; None where it cannot be computed."""
    parts: dict[str, int] = {}
    s0 = 0
    for code in ("exits", "fell", "rose", "existing"):
        value = report.values.get((find_calibre(code, "dynamic_retention_rate").id, report.top))
        if value is None or value.rate is None:
            return None
        parts[code], s0 = value.numerator, value.denominator
    zh = language is Language.ZH
    steps = [
        ("拍照 S0" if zh else "S0", s0, BLUE),
        ("离网" if zh else "exits", -parts["exits"], RED),
        ("降出" if zh else "fell", -parts["fell"], RED),
        ("升入" if zh else "rose", parts["rose"], GREEN),
        ("动态保有" if zh else "retained", parts["existing"], BLUE),
    ]
    return _waterfall(steps)


def tier_waterfall(tier: Tier, language: Language) -> Option:
    """Opening stock, what came, what went, closing stock of one ARPU range at the top of the tree."""
    top = tier.nodes[0]
    zh = language is Language.ZH
    steps = [("期初" if zh else "opening", top.opening, BLUE)]
    for name, text in PART_TEXTS.items():
        if top.parts[name]:
            came = name in CAME
            steps.append(
                (text.say(language), top.parts[name] if came else -top.parts[name], GREEN if came else RED)
            )
    steps.append(("期末" if zh else "closing", top.closing, BLUE))
    return _waterfall(steps)


def _waterfall(steps: Sequence[tuple[str, int, str]]) -> Option:
    """Floating bars: the first and the last stand on the ground, each other begins where the one before ended."""
    floors: list[int] = []
    bars: list[Option] = []
    highest = 0
    level = 0
    for place, (_, size, colour) in enumerate(steps):
        standing = place in (0, len(steps) - 1)
        low = 0 if standing else min(level, level + size)
        level = size if standing else level + size
        floors.append(low)
        highest = max(highest, low + abs(size))
        label = f"{size:,}" if standing else f"{size:+,}"
        bars.append({"value": abs(size), "itemStyle": {"color": colour}, "label": {"formatter": label}})
    # The ground is cut so that small steps on a large stock can be seen; the axis shows where it begins.
    lowest = min(floors[1:-1] or [0])
    span = max(highest - lowest, 1)
    tick = 10 ** (len(str(span)) - 1)
    ground = max(0, (lowest - span // 2) // tick * tick) if lowest > span else 0
    names = [name for name, _, _ in steps]
    return {
        **_QUIET,
        "grid": _GRID,
        "xAxis": {
            "type": "category",
            "data": names,
            "axisLabel": {"interval": 0, "fontSize": 11, "width": 46, "overflow": "break"},
        },
        "yAxis": {"type": "value", "min": ground, "splitNumber": 4},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "silent": True,
                "itemStyle": {"color": "transparent"},
                "data": floors,
            },
            {
                "type": "bar",
                "stack": "all",
                "data": bars,
                "barMaxWidth": 56,
                "label": {"show": True, "position": "top", "fontSize": 12},
            },
        ],
    }


def warnings_by_kind(plan: PlanSummary, language: Language) -> Option:
    """The tasks of each warning, strongest first: to contact, and held out or silenced."""
    zh = language is Language.ZH
    idle = [group.task_count - group.contact_count for group in plan.by_kind]
    bars = (
        ("需联系" if zh else "to contact", [group.contact_count for group in plan.by_kind], BLUE),
        ("对照组与不得联系" if zh else "hold-out and silenced", idle, GREY),
    )
    return {
        **_QUIET,
        "grid": {"left": 124, "right": 16, "top": 32, "bottom": 24},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "splitNumber": 4},
        "yAxis": {
            "type": "category",
            "data": [group.text.say(language) for group in plan.by_kind],
            "inverse": True,
            "axisLabel": {"width": 112, "overflow": "break", "fontSize": 11, "lineHeight": 13},
        },
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 24,
                "name": name,
                "data": numbers,
                "itemStyle": {"color": colour},
            }
            for name, numbers, colour in bars
        ],
    }


def _percent(rate: Fraction) -> float:
    return round(float(rate) * 100, 2)
