"""The page: the report's figures and charts put into one HTML file that needs nothing else."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from weixi.cli.label_view import DIMENSION_TEXTS, Words
from weixi.cli.report_page import charts
from weixi.cli.report_page.content import Report
from weixi.cli.session import Session
from weixi.flow.assessment import (
    CALIBRES,
    CAME,
    KPI_NAMES,
    PART_TEXTS,
    REVENUE,
    Score,
    exact,
    find_calibre,
    show,
)
from weixi.flow.extract import Reason
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY, sign_of
from weixi.kernel.money import show as amount
from weixi.kernel.terms import Light

ECHARTS_VERSION = "6.1.0"
ECHARTS_SHA256 = "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"
"""Apache ECharts, the file dist/echarts.common.min.js of its npm package; licence beside it."""

_FOLDER = files("weixi.cli.report_page")
"""Where the template and the style sheet lie."""

ECHARTS = files("weixi.desk.base") / "static/base/echarts/echarts.common.min.js"
"""The desk's copy; naming it loads nothing of the desk but an empty package."""


def render(session: Session, report: Report, *, now: datetime) -> str:
    """The whole page in the session's language. Raises DataError where the vendored ECharts was changed."""
    environment = Environment(
        loader=DictLoader({"page": (_FOLDER / "page.html.j2").read_text(encoding="utf-8")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    money = partial(amount, currency=report.kpis.origin.currency)
    drawn = _charts(session, report)
    return environment.get_template("page").render(
        t=lambda zh, en: session.text(Text(zh, en)),
        say=session.text,
        language=session.language.value,
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        echarts=vendored_echarts(),
        options=_json(drawn),
        charts=drawn,
        report=report,
        kpis=report.kpis,
        cards=[_card(session, report, kpi) for kpi in report.kpis.targets],
        league=_league(session, report),
        labels=_label_tables(session, report),
        came=CAME,
        part_texts=PART_TEXTS,
        sign=sign_of(report.kpis.origin.currency),
        is_home_currency=report.kpis.origin.currency == HOME_CURRENCY,
        reason=lambda code: session.text(Reason(code).text),
        calibres=_calibres(session, report),
        money=money,
        show=show,
        now=now,
    )


def vendored_echarts() -> str:
    """The text of ECharts, as it was shipped. Raises DataError where the file was changed."""
    content = ECHARTS.read_bytes()
    if hashlib.sha256(content).hexdigest() != ECHARTS_SHA256:
        raise DataError(
            "report.echarts",
            Text("随附的 ECharts 文件被改动", "the ECharts file that is shipped was changed"),
            Text("重新安装 weixi", "install weixi again"),
            where="echarts.common.min.js",
        )
    return content.decode("utf-8")


def _json(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _charts(session: Session, report: Report) -> dict[str, charts.Option]:
    """Element id → chart; only those that the month's data can draw."""
    drawn = {f"trend-{kpi}": charts.trend(report.trend, kpi) for kpi in report.kpis.targets}
    retention = charts.retention_waterfall(report.kpis, session.language)
    if retention is not None:
        drawn["retention"] = retention
    for place, tier in enumerate(report.tiers):
        drawn[f"tier-{place}"] = charts.tier_waterfall(tier, session.language)
    if report.plan is not None and report.plan.by_kind:
        drawn["warnings"] = charts.warnings_by_kind(report.plan, session.language)
    return drawn


def _card(session: Session, report: Report, kpi: str) -> dict[str, Any]:
    """One assessed KPI at the top of the tree."""
    kpis = report.kpis
    score, target = kpis.scores[kpi, kpis.top], kpis.targets[kpi]
    calibre = find_calibre(score.value.calibre, kpi)
    floor = target.direction == "AT_LEAST"
    return {
        "kpi": kpi,
        "name": session.text(KPI_NAMES[kpi]),
        "calibre": calibre,
        "target": ("≥ " if floor else "≤ ") + show(exact(score.target_rate)),
        "period": target.period,
        "yearly": show(target.rate),
        "fraction": f"{score.value.numerator:,} / {score.value.denominator:,}",
        **_cell(session, report, score),
    }


def _cell(session: Session, report: Report, score: Score) -> dict[str, Any]:
    """One score in words: value, light, gap, place."""
    missing = report.kpis.not_computable.get(score.value.calibre)
    if missing is not None or score.value.rate is None:
        why = "、".join(missing or ())
        no = Text(f"不可算（缺 {why}）" if why else "—", f"not computable (missing: {why})" if why else "—")
        return {
            "value": session.text(no),
            "light": Light.NONE.value,
            "gap": None,
            "rank": None,
            "last_year": None,
        }
    return {
        "value": show(score.value.rate),
        "light": score.light.value,
        "gap": score.gap_count,
        "rank": score.rank,
        "last_year": None if score.last_year_rate is None else show(exact(score.last_year_rate)),
    }


def _league(session: Session, report: Report) -> list[dict[str, Any]]:
    """The top of the tree and each county with its scores, best first by the mean of its places."""
    kpis = report.kpis
    rows = [
        {
            "node": node,
            "name": name,
            "scores": [_cell(session, report, kpis.scores[kpi, node]) for kpi in kpis.targets],
        }
        for node, name in kpis.nodes.items()
        if all((kpi, node) in kpis.scores for kpi in kpis.targets)
    ]

    def place(row: dict[str, Any]) -> tuple[float, str]:
        ranks = [cell["rank"] for cell in row["scores"] if cell["rank"] is not None]
        return (sum(ranks) / len(ranks) if ranks else float("inf"), str(row["node"]))

    top = [row for row in rows if row["node"] == kpis.top]
    return [*top, *sorted((row for row in rows if row["node"] != kpis.top), key=place)]


def _label_tables(session: Session, report: Report) -> dict[str, Any]:
    """The cross table of grade and band with the shade of each cell, and each of the five labels alone."""
    words = Words(session, report.playbook)
    counts = report.labels.by("grade", "band")
    most = max(counts.values(), default=1)

    def ordered(dimension: str) -> Sequence[str]:
        return sorted(
            (key for (key,) in report.labels.by(dimension)), key=lambda v: words.order(dimension, v)
        )

    bands = ordered("band")
    return {
        "bands": [words.say("band", band) for band in bands],
        "rows": [
            {
                "name": words.say("grade", grade),
                "cells": [
                    {
                        "count": counts.get((grade, band), 0),
                        "shade": round((counts.get((grade, band), 0) / most) ** 0.5, 3),
                    }
                    for band in bands
                ],
                "total": report.labels.by("grade")[(grade,)],
            }
            for grade in ordered("grade")
        ],
        "sums": [report.labels.by("band")[(band,)] for band in bands],
        "alone": [
            {
                "name": session.text(DIMENSION_TEXTS[name]),
                "values": [
                    (words.say(name, value), report.labels.by(name)[(value,)]) for value in ordered(name)
                ],
            }
            for name in ("stage", "cluster", "category")
        ],
    }


def _calibres(session: Session, report: Report) -> list[tuple[str, str, str, str]]:
    """Every calibre at the top of the tree: id, name, fraction, value."""
    kpis = report.kpis
    found = []
    for calibre in CALIBRES:
        missing = kpis.not_computable.get(calibre.id)
        if missing is not None:
            lacks = Text(
                f"不可算（缺 {'、'.join(missing)}）", f"not computable (missing: {', '.join(missing)})"
            )
            found.append((calibre.id, session.text(calibre.name), "", session.text(lacks)))
            continue
        value = kpis.values[calibre.id, kpis.top]
        unit: Callable[[int], str] = "{:,}".format
        if calibre.kpi == REVENUE:
            unit = partial(amount, currency=kpis.origin.currency)
        sides = f"{unit(value.numerator)} / {unit(value.denominator)}"
        found.append((calibre.id, session.text(calibre.name), sides, show(value.rate)))
    return found
