"""`weixi kpi`: the KPIs beside their targets, every calibre side by side, and what a dispute about them needs."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import click

from weixi.cli.kpi_dispute import appeal, corrections, decide, recompute, suspects
from weixi.cli.kpi_explain import card_plain, show_cards, show_difference
from weixi.cli.kpi_group import audit, league, ports
from weixi.cli.kpi_list import show_misses, show_near
from weixi.cli.kpi_month import BY, MONTH, chosen_month, rate_plain
from weixi.cli.kpi_official import official
from weixi.cli.kpi_reconcile import reconcile
from weixi.cli.kpi_view import show_all, show_one, show_scorecard, show_statement, show_waterfall
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.assessment import (
    CALIBRES,
    KpiReport,
    KpiValue,
    Statement,
    find_calibre,
    read_report,
    read_statement,
    versions_of,
)
from weixi.kernel.terms import OrgLevel

EVERY = "all"


@click.group(invoke_without_command=True)
@MONTH
@BY
@click.option("--calibre", "calibre_id", metavar="ID", help="只列这一个口径 / one calibre at every node")
@click.option(
    "--card",
    "card_id",
    is_flag=False,
    flag_value=EVERY,
    metavar="[ID]",
    help="口径卡，不带名即全部 / the card of one calibre, or of all",
)
@click.option(
    "--explain",
    "pair",
    nargs=2,
    metavar="A B",
    help="逐户说明两个口径之差 / why two calibres differ, line by line",
)
@click.option(
    "--misses",
    "misses_kpi",
    metavar="KPI",
    help="未达清单：谁使该指标未达 / who keeps the KPI from being better",
)
@click.option(
    "--near",
    "near_kpi",
    is_flag=False,
    flag_value=EVERY,
    metavar="[KPI]",
    help="临界户：差多少户达标、谁在线上 / who stands at the edge, and how many are needed",
)
@click.option(
    "--within",
    default="5%",
    show_default=True,
    help="--near：离门槛多近 / --near: how far from the edge counts",
)
@click.option("--node", "node_code", default="", help="只看这个节点 / the node for the lists; default: all")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="清单写入此 CSV 文件 / write the whole list to this CSV file",
)
@JSON
@click.pass_context
def command(
    ctx: click.Context,
    month: str | None,
    level: str,
    calibre_id: str | None,
    card_id: str | None,
    pair: tuple[str, str] | None,
    misses_kpi: str | None,
    near_kpi: str | None,
    within: str,
    node_code: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """The KPIs in every calibre, by node, beside their targets; 不可算 names the missing input."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    if card_id is not None:
        asked = CALIBRES if card_id == EVERY else versions_of(find_calibre(card_id).code)
        if as_json:
            session.json([card_plain(calibre) for calibre in asked])
        else:
            show_cards(session, asked)
        return
    chosen = chosen_month(session, month)
    of_level = OrgLevel(level.upper())
    if pair is not None:
        show_difference(session, chosen, pair, node_code, out, as_json)
    elif misses_kpi is not None:
        show_misses(session, chosen, misses_kpi, node_code, out, as_json)
    elif near_kpi is not None:
        wanted = None if near_kpi == EVERY else near_kpi
        show_near(session, chosen, wanted, of_level, node_code, within, out, as_json)
    else:
        report = read_report(session.store(), chosen, of_level)
        statement = read_statement(session.store(), chosen)
        if as_json:
            session.json(_plain(report, statement, calibre_id))
        elif calibre_id is not None:
            show_one(session, report, find_calibre(calibre_id, month=chosen))
        else:
            show_scorecard(session, report)
            show_waterfall(session, report)
            show_statement(session, report, statement)
            show_all(session, report)


for each in (league, audit, ports, official, reconcile, appeal, decide, suspects, corrections, recompute):
    command.add_command(each)


def _plain(report: KpiReport, statement: Statement, calibre_id: str | None) -> dict[str, object]:
    """The report for programs; rates as numbers beside their exact counts."""
    wanted = find_calibre(calibre_id).id if calibre_id else None
    return {
        "month": report.month,
        "base": report.base,
        "months_since_base": report.months,
        "nodes": report.nodes,
        "targets": {
            kpi: {
                "rate": float(target.rate),
                "direction": target.direction,
                "period": target.period,
                "to_date": float(target.to_date),
                "weight": float(target.weight),
                "weight_is_the_plans": target.is_weighed,
            }
            for kpi, target in report.targets.items()
        },
        "scorecard": [
            {
                "kpi": score.kpi,
                **_value_plain(score.value),
                "target_rate": score.target_rate,
                "gap_count": score.gap_count,
                "light": score.light,
                "last_month_rate": rate_plain(score.last_month),
                "last_year_rate": score.last_year_rate,
                "rank": score.rank,
            }
            for score in report.scores.values()
        ],
        "calibres": [
            _value_plain(value) for value in report.values.values() if wanted in (None, value.calibre)
        ],
        "statements": {
            "sealed_revision": statement.sealed.number,
            "current_revision": statement.current.number,
            "seal": statement.sealed.seal,
            "sealed": _of_nodes(report, statement.sealed.values.values(), wanted),
            "corrected": None
            if statement.corrected is None
            else _of_nodes(report, statement.corrected.values(), wanted),
            "causes": {r.number: [cause.zh for cause in r.causes] for r in statement.revisions if r.causes},
        },
        "not_computable": {
            key: names for key, names in report.not_computable.items() if wanted in (None, key)
        },
        "unverifiable_tasks": report.unverifiable_tasks,
        "left_out_warnings": {each.code: each.columns for each in report.left_out},
        "suspects_known": report.suspects_known,
        "currency": report.origin.currency,
        "assumes": report.origin.assumes,
    }


def _of_nodes(report: KpiReport, values: Iterable[KpiValue], wanted: str | None) -> list[dict[str, object]]:
    return [
        _value_plain(value)
        for value in values
        if value.node_code in report.nodes and wanted in (None, value.calibre)
    ]


def _value_plain(value: KpiValue) -> dict[str, object]:
    rate: Fraction | None = value.rate
    return {
        "calibre": value.calibre,
        "node": value.node_code,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "rate": rate_plain(rate),
    }
