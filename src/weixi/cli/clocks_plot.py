"""The calibration of the deposit's day as a page: the share that came true over the share that was stated."""

from collections.abc import Sequence
from html import escape

from weixi.flow.warning import LEVELS, LevelCoverage
from weixi.kernel.language import Language, Text
from weixi.kernel.period import Month

SIDE, LEFT, TOP = 420, 64, 24
LOWEST = 40
"""Percent at which both axes begin."""

COLOURS = ("#9aa5b1", "#2f6fb0", "#c4622d", "#3a7d44")
_FRAME = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + LEFT + 190} {SIDE + TOP + 60}"
  role="img" font-family="sans-serif" font-size="13">"""


def page(found: Sequence[LevelCoverage], month: Month, language: Language) -> str:
    """An HTML page without scripts: one line a band of days, the diagonal, and the figures as a table."""
    made = month.plus(-2)
    title = Text(
        f"{made} 月末的预存用完日预测：区间的标称与实际",
        f"forecasts of the deposit's day at the end of {made}: stated and true share inside the interval",
    ).say(language)
    bands = sorted({(one.low_days, one.high_days) for one in found})
    chart = [_FRAME, f"<title>{escape(title)}</title>", *_axes(language)]
    for k, band in enumerate(bands):
        points = [(one.level, _share(one)) for one in found if (one.low_days, one.high_days) == band]
        chart += _line(points, COLOURS[k % len(COLOURS)], k, f"{band[0]}–{band[1]}", language)
    heads = [Text("预测天数", "days").say(language), Text("预测数", "forecasts").say(language)]
    heads += [f"{level} %" for level in LEVELS]
    rows = []
    for band in bands:
        own = {one.level: one for one in found if (one.low_days, one.high_days) == band}
        cells = [f"{band[0]}–{band[1]}", f"{next(iter(own.values())).forecast_count:,}"]
        rows.append(cells + [f"{_share(own[level]):.1f} %" for level in LEVELS])
    table = "".join(
        "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"
        for tag, row in [("th", heads), *(("td", row) for row in rows)]
    )
    return (
        f'<!doctype html>\n<html lang="{language.value}"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        "<style>body{font-family:sans-serif;margin:2rem;max-width:48rem}td,th{padding:.2rem .8rem;text-align:right}"
        f"</style></head><body>\n<h1>{escape(title)}</h1>\n{''.join(chart)}</svg>\n<table>{table}</table>\n</body></html>\n"
    )


def _share(one: LevelCoverage) -> float:
    return 100 * one.within_count / one.forecast_count


def _x(level: float) -> float:
    return LEFT + SIDE * (level - LOWEST) / (100 - LOWEST)


def _y(share: float) -> float:
    return TOP + SIDE * (100 - max(share, LOWEST)) / (100 - LOWEST)


def _axes(language: Language) -> list[str]:
    marks = [
        f'<line x1="{_x(LOWEST):.0f}" y1="{_y(LOWEST):.0f}" x2="{_x(100):.0f}" y2="{_y(100):.0f}" '
        'stroke="#555" stroke-dasharray="5 4"/>'
    ]
    marks += [
        f'<line x1="{LEFT}" y1="{_y(share):.0f}" x2="{LEFT + SIDE}" y2="{_y(share):.0f}" stroke="#e3e6ea"/>'
        f'<text x="{LEFT - 8}" y="{_y(share) + 4:.0f}" text-anchor="end">{share}</text>'
        f'<text x="{_x(share):.0f}" y="{TOP + SIDE + 20}" text-anchor="middle">{share}</text>'
        for share in range(LOWEST, 101, 10)
    ]
    across = Text("标称：区间应含的比例，%", "stated: share the interval should hold, %").say(language)
    up = Text("实际，%", "true, %").say(language)
    marks.append(
        f'<text x="{LEFT + SIDE / 2:.0f}" y="{TOP + SIDE + 44}" text-anchor="middle">{across}</text>'
    )
    marks.append(f'<text x="{LEFT - 48}" y="{TOP - 8}">{up}</text>')
    return marks


def _line(
    points: Sequence[tuple[int, float]], colour: str, place: int, name: str, language: Language
) -> list[str]:
    path = " ".join(f"{_x(level):.1f},{_y(share):.1f}" for level, share in points)
    dots = [
        f'<circle cx="{_x(level):.1f}" cy="{_y(share):.1f}" r="3.5" fill="{colour}"/>'
        for level, share in points
    ]
    said = Text(f"{name} 天", f"{name} days").say(language)
    y = TOP + 20 + 22 * place
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        f'<rect x="{LEFT + SIDE + 24}" y="{y - 10}" width="14" height="4" fill="{colour}"/>',
        f'<text x="{LEFT + SIDE + 46}" y="{y - 3}">{escape(said)}</text>',
    ]
