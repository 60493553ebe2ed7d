"""The lab's four plots: as one page that needs nothing else, and as pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from jinja2 import DictLoader, Environment, StrictUndefined

from weixi.cli.lab.churn_view import HEADS, TITLES, figures, notes_of, said_of
from weixi.cli.lab.svg import Chart, draw
from weixi.cli.out_path import write_file
from weixi.cli.session import Session
from weixi.flow.score import CHURN_OURS, ChurnAssay, Line, plots_of
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

COLOURS = {
    CHURN_OURS: "#0b3a54",
    "logistic": "#b45309",
    "xgboost": "#b91c1c",
    "lightgbm": "#047857",
    "catboost": "#7c3aed",
}


@dataclass(frozen=True)
class _Plot:
    name: str
    title: Text
    across: Text
    up: Text
    lines: Mapping[str, Line]
    chance: Line | None


def _plots(found: ChurnAssay) -> tuple[_Plot, ...]:
    methods = {CHURN_OURS: found.evaluation.ours, **found.evaluation.peers}
    drawn = plots_of(found.leavers, {name: one.probability for name, one in methods.items()})
    ends = np.array([0.0, 1.0])
    share = Text("触达比例", "share contacted")
    return (
        _Plot(
            "roc",
            Text("ROC 曲线", "ROC curve"),
            Text("未离网者被触达的比例", "share of stayers contacted"),
            Text("离网者被触达的比例", "share of leavers contacted"),
            drawn.roc,
            Line(ends, ends),
        ),
        _Plot(
            "lift",
            Text("提升度", "lift"),
            share,
            Text("比随机多找到几倍", "leavers caught over chance"),
            drawn.lift,
            Line(ends, np.ones(2)),
        ),
        _Plot(
            "calibration",
            Text("校准", "calibration"),
            Text("预测概率", "probability said"),
            Text("实际离网率", "share that left"),
            drawn.calibration,
            Line(ends, ends),
        ),
        _Plot(
            "profit",
            Text("利润（EMPC 参数）", "profit (EMPC's parameters)"),
            share,
            Text("每户利润（欧元）", "profit each, euro"),
            drawn.profit,
            Line(ends, np.zeros(2)),
        ),
    )


def _charts(session: Session, found: ChurnAssay) -> list[tuple[str, Chart]]:
    return [
        (
            plot.name,
            Chart(
                title=session.text(plot.title),
                across=session.text(plot.across),
                up=session.text(plot.up),
                lines=tuple(
                    (session.text(TITLES[name]), COLOURS[name], line) for name, line in plot.lines.items()
                ),
                chance=plot.chance,
            ),
        )
        for plot in _plots(found)
    ]


def write_page(session: Session, found: ChurnAssay, path: Path) -> list[Path]:
    """The findings and the plots as one page of HTML; returns the file."""
    environment = Environment(
        loader=DictLoader({"page": (files("weixi.cli.lab") / "churn.html.j2").read_text(encoding="utf-8")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    methods = (found.evaluation.ours, *found.evaluation.peers.values())
    page = environment.get_template("page").render(
        language=session.language.value,
        title=session.text(
            Text(f"离网评分评估：{found.request.path.name}", f"churn scores: {found.request.path.name}")
        ),
        said=[session.text(text) for text in said_of(found)],
        heads=[session.text(Text("方法", "method")), *(session.text(Text(zh, en)) for zh, en in HEADS)],
        rows=[(session.text(TITLES[one.name]), figures(one)) for one in methods],
        charts=[draw(chart) for _, chart in _charts(session, found)],
        notes=[session.text(text) for text in notes_of(found)],
    )
    write_file(path, page.encode())
    return [path]


def write_pictures(session: Session, found: ChurnAssay, folder: Path) -> list[Path]:
    """The plots as roc.png, lift.png, calibration.png and profit.png in the folder; returns the files.

    Raises UsageError where Pillow is missing.
    """
    try:
        from weixi.cli.lab.png import paint
    except ModuleNotFoundError as missing:
        raise UsageError(
            "lab.png",
            Text(f"画图缺少组件 {missing.name}", f"pictures need the package {missing.name}"),
            Text("安装：pip install 'weixi[desk]'", "install it: pip install 'weixi[desk]'"),
        ) from missing
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, chart in _charts(session, found):
        path = folder / f"{name}.png"
        path.write_bytes(paint(chart))
        written.append(path)
    return written
