"""What each plot shows, apart from how it is drawn: lines and bars over a common axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weixi.flow.score import GRID, ArmStudy, UpliftAssay, profit_curve
from weixi.kernel.language import Text

BLUE, GREEN, RED, GREY, AMBER, VIOLET = "#1f5fae", "#2e8b57", "#c8372d", "#8a94a3", "#c98a12", "#7a4fa3"
_COLOURS = {
    "chosen": BLUE,
    "same_odds": "#5b6b7d",
    "two_models": GREEN,
    "s_learner": AMBER,
    "x_learner": VIOLET,
    "risk": RED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its heights at the figure's `x`."""

    name: Text
    y: Sequence[float]
    colour: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar at each place of the figure's `x`, with the ends of its interval (None: no bar, nothing is known)."""

    name: Text
    y: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One plot of one arm: `code` names its file."""

    code: str
    title: Text
    x_name: Text
    y_name: Text
    x: Sequence[float]
    lines: Sequence[Line]
    bars: Bars | None = None


def figures_of(found: UpliftAssay, *, value: float | None, cost: float) -> list[Figure]:
    """The figures of every arm: Qini curve, uplift by tenth and, with a value, profit."""
    figures = []
    for place, arm in enumerate(found.studies, start=1):
        end = f"-{place}" if len(found.studies) > 1 else ""
        figures += [_qini(found, arm, end), _tenths(found, arm, end)]
        if value is not None:
            figures.append(_profit(found, arm, end, value, cost))
    return figures


def _qini(found: UpliftAssay, arm: ArmStudy, end: str) -> Figure:
    unit = _unit(found)
    lines = [
        Line(each.text, _rounded(each.curve.gain * unit), _COLOURS.get(each.name, GREY))
        for each in arm.study.evaluation.standings
    ]
    last = float(arm.study.evaluation.chosen.curve.gain[-1]) * unit
    lines.append(Line(Text("随机", "random order"), _rounded(GRID * last), GREY, dashed=True))
    return Figure(
        f"qini{end}",
        Text(f"Qini 曲线：{arm.arm}", f"Qini curve: {arm.arm}"),
        Text("联系人数占比 %", "share contacted, %"),
        _gain_name(found),
        _rounded(GRID * 100),
        lines,
    )


def _tenths(found: UpliftAssay, arm: ArmStudy, end: str) -> Figure:
    unit = _unit(found)

    def scaled(number: float | None) -> float | None:
        return None if number is None else round(number * unit, 4)

    told = [each.found for each in arm.study.evidence]
    return Figure(
        f"tenths{end}",
        Text(f"分组增益：{arm.arm}", f"uplift by tenth: {arm.arm}"),
        Text("按预测增益分十组，高到低", "tenths by foretold uplift, from the highest"),
        _uplift_name(found),
        [float(each.name) for each in arm.study.evidence],
        [
            Line(
                Text("预测", "foretold"),
                [round(each.foretold * unit, 4) for each in arm.study.evidence],
                GREY,
                dashed=True,
            )
        ],
        Bars(
            Text("实际（十组同时成立的 95% 区间）", "found (95 % interval for all ten)"),
            [scaled(None if each is None else each.value) for each in told],
            [scaled(None if each is None else each.low) for each in told],
            [scaled(None if each is None else each.high) for each in told],
        ),
    )


def _profit(found: UpliftAssay, arm: ArmStudy, end: str, value: float, cost: float) -> Figure:
    lines = [
        Line(
            each.text,
            _rounded(profit_curve(each.curve, value=value, cost=cost).profit * 1000),
            _COLOURS.get(each.name, GREY),
        )
        for each in arm.study.evaluation.standings
        if each.name in ("chosen", "risk")
    ]
    return Figure(
        f"profit{end}",
        Text(f"收益：{arm.arm}", f"profit: {arm.arm}"),
        Text("联系人数占比 %", "share contacted, %"),
        Text("每千人收益", "profit per 1,000 people"),
        _rounded(GRID * 100),
        lines,
    )


def _unit(found: UpliftAssay) -> float:
    return 100.0 if found.is_binary else 1.0


def _gain_name(found: UpliftAssay) -> Text:
    if found.is_binary:
        return Text("累计增益，百分点", "gain so far, percentage points")
    return Text("累计增益", "gain so far")


def _uplift_name(found: UpliftAssay) -> Text:
    return Text("增益，百分点", "uplift, percentage points") if found.is_binary else Text("增益", "uplift")


def _rounded(numbers: Iterable[float]) -> list[float]:
    return [round(float(number), 4) for number in numbers]
