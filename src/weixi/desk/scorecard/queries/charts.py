"""The charts of a cockpit as plain values: what is drawn from them is the browser's work."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from weixi.desk.scorecard.queries.calibre import CalibrePanel
from weixi.desk.scorecard.queries.cockpit import PARTS, Cockpit
from weixi.desk.scorecard.queries.funnel import TaskFunnel
from weixi.desk.scorecard.rules.figure import points
from weixi.flow.assessment import exact, show
from weixi.kernel.language import Text

Say = Callable[[Text], str]
Chart = dict[str, Any]


def charts(found: Cockpit, say: Say) -> dict[str, Chart]:
    """Name of the chart → its values; a chart that the month cannot draw is not there."""
    drawn: dict[str, Chart] = {}
    for figure in found.figures:
        steps = found.course_of(figure.kpi)
        if len(steps) > 1:
            drawn[f"trend-{figure.kpi}"] = {
                "kind": "trend",
                "names": [say(Text("值", "value")), say(Text("目标", "target"))],
                "months": [str(step.month) for step in steps],
                "values": [_percent(step.rate) for step in steps],
                "targets": [_percent(exact(step.target_rate)) for step in steps],
                "lights": [step.light.value for step in steps],
                "said": [
                    f"{show(step.rate)} {say(step.light.text)}, "
                    f"{points(None if step.rate is None else step.rate - exact(step.target_rate))}"
                    for step in steps
                ],
            }
    if found.waterfall is not None:
        parts = {part.code: part for part in found.waterfall.parts}
        drawn["waterfall"] = {
            "kind": "waterfall",
            "steps": [
                {"name": say(Text("拍照 S0", "sealed S0")), "size": found.waterfall.base, "way": "TOTAL"},
                {"name": say(PARTS["exits"]), "size": -parts["exits"].count, "way": "BAD"},
                {"name": say(PARTS["fell"]), "size": -parts["fell"].count, "way": "BAD"},
                {"name": say(PARTS["rose"]), "size": parts["rose"].count, "way": "GOOD"},
                {"name": say(PARTS["existing"]), "size": parts["existing"].count, "way": "TOTAL"},
            ],
        }
    if any(share.count for share in found.exits):
        drawn["exits"] = {
            "kind": "bars",
            "way": "BAD",
            "rows": [
                {"name": say(each.name), "size": each.count, "label": f"{each.count:,}  {show(each.rate)}"}
                for each in found.exits
            ],
        }
    return drawn


def history_chart(found: CalibrePanel, say: Say) -> Chart | None:
    """One calibre month by month; None where there is nothing to draw."""
    known = [(month, value.rate) for month, value in found.history if value.rate is not None]
    if len(known) < 2:
        return None
    return {
        "kind": "trend",
        "names": [say(Text("值", "value")), ""],
        "months": [str(month) for month, _ in known],
        "values": [_percent(rate) for _, rate in known],
        "targets": [],
        "lights": ["PLAIN" for _ in known],
        "said": [show(rate) for _, rate in known],
    }


def funnel_chart(found: TaskFunnel, say: Say) -> Chart | None:
    """The funnel as bars; None where no task was issued."""
    issued = found.steps[0][2]
    if not issued:
        return None
    return {
        "kind": "bars",
        "way": "TOTAL",
        "rows": [
            {"name": say(text), "size": count, "label": f"{count:,}  {show(Fraction(count, issued), 1)}"}
            for _, text, count in found.steps
        ],
    }


def _percent(rate: Fraction | None) -> float | None:
    return None if rate is None else round(float(rate) * 100, 2)
