"""A line chart as a picture; Pillow draws it, which comes with the extra `desk`."""

from io import BytesIO

from PIL import Image, ImageDraw

from weixi.cli.lab.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart, legend_at
from weixi.desk.scorecard.views.glyphs import font
from weixi.flow.score import Line

SCALE = 2
"""Pixels for one unit of the chart."""
INK, SOFT, RULE, PAPER = "#0f172a", "#475569", "#e2e8f0", "#ffffff"


def paint(chart: Chart) -> bytes:
    """The chart as a PNG."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
    pen = ImageDraw.Draw(image)
    _write(pen, LEFT, 10, chart.title, 16, INK, "la")
    floor = chart.at(chart.x_ticks[0], chart.y_ticks[0])[1]
    for tick in chart.x_ticks:
        x = chart.at(tick, chart.y_ticks[0])[0]
        _rule(pen, x, TOP, x, floor)
        _write(pen, x, floor + 6, f"{tick:g}", 11, SOFT, "ma")
    for tick in chart.y_ticks:
        x, y = chart.at(chart.x_ticks[0], tick)
        _rule(pen, x, y, WIDTH - RIGHT, y)
        _write(pen, x - 6, y, f"{tick:g}", 11, SOFT, "rm")
    if chart.chance is not None:
        _trace(pen, chart, chart.chance, "#94a3b8", 1)
    for _, colour, line in reversed(chart.lines):
        _trace(pen, chart, line, colour, 2)
    _write(pen, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 26, chart.across, 12, SOFT, "ma")
    _write(pen, LEFT, TOP - 8, chart.up, 11, SOFT, "lb")
    for place, (name, colour, _) in enumerate(chart.lines):
        x, y = legend_at(place)
        pen.line(
            [(x * SCALE, (y - 4) * SCALE), ((x + 18) * SCALE, (y - 4) * SCALE)], fill=colour, width=3 * SCALE
        )
        _write(pen, x + 24, y - 4, name, 11, INK, "lm")
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _rule(pen: ImageDraw.ImageDraw, x0: float, y0: float, x1: float, y1: float) -> None:
    pen.line([(x0 * SCALE, y0 * SCALE), (x1 * SCALE, y1 * SCALE)], fill=RULE, width=1)


def _trace(pen: ImageDraw.ImageDraw, chart: Chart, line: Line, colour: str, width: int) -> None:
    places = [(x * SCALE, y * SCALE) for x, y in chart.points(line)]
    pen.line(places, fill=colour, width=width * SCALE, joint="curve")


def _write(
    pen: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, colour: str, anchor: str
) -> None:
    pen.text((x * SCALE, y * SCALE), text, font=font(size * SCALE), fill=colour, anchor=anchor)
