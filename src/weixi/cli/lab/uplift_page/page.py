"""The plots in one self-contained HTML page, drawn by the browser."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from weixi.cli.lab.uplift_page.figures import BLUE, Figure
from weixi.cli.report_page import vendored_echarts
from weixi.cli.session import Session
from weixi.flow.score import UpliftAssay
from weixi.kernel.language import Text

Option = dict[str, Any]

_FOLDER = files("weixi.cli.lab.uplift_page")


def render(session: Session, found: UpliftAssay, figures: list[Figure]) -> str:
    """The whole page in the session's language."""
    environment = Environment(
        loader=DictLoader({"page": (_FOLDER / "page.html.j2").read_text(encoding="utf-8")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    options = {figure.code: _option(session, figure) for figure in figures}
    return environment.get_template("page").render(
        t=lambda zh, en: session.text(Text(zh, en)),
        say=session.text,
        language=session.language.value,
        found=found,
        figures=figures,
        echarts=vendored_echarts(),
        options=json.dumps(options, ensure_ascii=False, allow_nan=False).replace("</", "<\\/"),
        now=datetime.now(UTC),
    )


def _option(session: Session, figure: Figure) -> Option:
    series: list[Option] = []
    if figure.bars is not None:
        bars = figure.bars
        series.append(
            {
                "type": "bar",
                "name": session.text(bars.name),
                "data": [[x, y] for x, y in zip(figure.x, bars.y, strict=True) if y is not None],
                "itemStyle": {"color": BLUE},
                "barWidth": 18,
            }
        )
        # A whisker is a line of two points: the common build of ECharts has no error bar.
        series += [
            {
                "type": "line",
                "data": [[x, low], [x, high]],
                "symbol": "none",
                "silent": True,
                "lineStyle": {"color": "#222", "width": 1.5},
                "tooltip": {"show": False},
            }
            for x, low, high in zip(figure.x, bars.low, bars.high, strict=True)
            if low is not None
        ]
    series += [
        {
            "type": "line",
            "name": session.text(line.name),
            "data": [list(point) for point in zip(figure.x, line.y, strict=True)],
            "symbol": "circle" if figure.bars else "none",
            "itemStyle": {"color": line.colour},
            "lineStyle": {"color": line.colour, "type": "dashed" if line.dashed else "solid"},
        }
        for line in figure.lines
    ]
    return {
        "animation": False,
        "textStyle": {"fontFamily": "sans-serif"},
        "grid": {"left": 12, "right": 24, "top": 48, "bottom": 36, "containLabel": True},
        "legend": {"top": 0, "data": [one["name"] for one in series if "name" in one]},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "value",
            "name": session.text(figure.x_name),
            "nameLocation": "middle",
            "nameGap": 24,
            "min": 0,
            "max": 100 if figure.bars is None else len(figure.x) + 1,
            "interval": 20 if figure.bars is None else 1,
            "axisLabel": {"showMinLabel": figure.bars is None, "showMaxLabel": figure.bars is None},
        },
        "yAxis": {
            "type": "value",
            "name": session.text(figure.y_name),
            "nameTextStyle": {"align": "left"},
            "scale": True,
        },
        "series": series,
    }
