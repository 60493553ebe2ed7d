"""A small line chart: its scales, and itself as SVG."""

from dataclasses import dataclass
from functools import cached_property
from math import floor, log10

from markupsafe import Markup, escape

from weixi.flow.score import Line

WIDTH, HEIGHT = 560, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 60, 108
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Chart:
    """One plot: its words, its lines as (name, colour, points), and the line of chance behind them."""

    title: str
    across: str
    up: str
    lines: tuple[tuple[str, str, Line], ...]
    chance: Line | None = None

    @cached_property
    def every(self) -> tuple[Line, ...]:
        """All lines, that of chance among them."""
        return (*(line for _, _, line in self.lines), *([self.chance] if self.chance else []))

    @cached_property
    def x_ticks(self) -> tuple[float, ...]:
        """Where the ruler across is marked."""
        return ticks(
            min(float(one.x.min()) for one in self.every), max(float(one.x.max()) for one in self.every)
        )

    @cached_property
    def y_ticks(self) -> tuple[float, ...]:
        """Where the upright ruler is marked; losses beyond the greatest gain are cut off."""
        top = max(float(one.y.max()) for one in self.every)
        low = max(min(float(one.y.min()) for one in self.every), -top)
        return ticks(low, top)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point in the picture; one below the ruler stands at its end."""
        x0, x1, y0, y1 = self.x_ticks[0], self.x_ticks[-1], self.y_ticks[0], self.y_ticks[-1]
        across = LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)
        up = TOP + (y1 - max(y, y0)) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)
        return round(across, 1), round(up, 1)

    def points(self, line: Line) -> list[tuple[float, float]]:
        """The line's places in the picture."""
        return [self.at(float(x), float(y)) for x, y in zip(line.x, line.y, strict=True)]


def ticks(low: float, high: float) -> tuple[float, ...]:
    """Four to eight round numbers from at or below `low` to at or above `high`."""
    span = (high - low) or 1.0
    size = 10 ** floor(log10(span / 5))
    step = next(size * one for one in _STEPS if span / (size * one) <= 6)
    first = floor(low / step + 1e-9)
    found = [first * step]
    while found[-1] < high - step * 1e-9:
        found.append((first + len(found)) * step)
    return tuple(round(one, 10) for one in found)


def draw(chart: Chart) -> Markup:
    """The chart as an SVG element."""
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(chart.title)}">',
        f'<text class="title" x="{LEFT}" y="24">{escape(chart.title)}</text>',
    ]
    for tick in chart.x_ticks:
        x, y = chart.at(tick, chart.y_ticks[0])
        parts.append(f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{y}"/>')
        parts.append(f'<text class="tick" x="{x}" y="{y + 16}" text-anchor="middle">{tick:g}</text>')
    for tick in chart.y_ticks:
        x, y = chart.at(chart.x_ticks[0], tick)
        parts.append(f'<line class="grid" x1="{x}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>')
        parts.append(f'<text class="tick" x="{x - 6}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    if chart.chance is not None:
        parts.append(f'<polyline class="chance" points="{_joined(chart, chart.chance)}"/>')
    parts += [
        f'<polyline class="line" stroke="{colour}" points="{_joined(chart, line)}"/>'
        for _, colour, line in reversed(chart.lines)
    ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text class="axis" x="{middle}" y="{HEIGHT - BOTTOM + 38}" text-anchor="middle">{escape(chart.across)}</text>'
    )
    parts.append(
        f'<text class="axis" transform="rotate(-90)" x="{-(TOP + HEIGHT - BOTTOM) / 2}" y="14" '
        f'text-anchor="middle">{escape(chart.up)}</text>'
    )
    for place, (name, colour, _) in enumerate(chart.lines):
        x, y = legend_at(place)
        parts.append(
            f'<line stroke="{colour}" stroke-width="3" x1="{x}" y1="{y - 4}" x2="{x + 18}" y2="{y - 4}"/>'
        )
        parts.append(f'<text class="tick" x="{x + 24}" y="{y}">{escape(name)}</text>')
    return Markup("".join([*parts, "</svg>"]))


def legend_at(place: int) -> tuple[int, int]:
    """Where the entry of that number stands in the legend, three a line."""
    return LEFT + place % 3 * 165, HEIGHT - 40 + place // 3 * 22


def _joined(chart: Chart, line: Line) -> str:
    return " ".join(f"{x},{y}" for x, y in chart.points(line))
