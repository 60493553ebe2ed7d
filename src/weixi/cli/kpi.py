"""`weixi kpi`: the KPIs beside their targets, the waterfall, every calibre side by side, and each calibre's card."""

import click

from weixi.cli.kpi_view import (
    CARD_FIELDS,
    show_all,
    show_card,
    show_explanation,
    show_one,
    show_scorecard,
    show_waterfall,
)
from weixi.cli.session import Session
from weixi.flow.assessment import (
    SCORECARD,
    Calibre,
    Explanation,
    KpiReport,
    KpiValue,
    explain,
    find_calibre,
    read_report,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


@click.command()
@click.option(
    "--month", help="月份，如 2025-06；缺省为最近算过的月份 / the month; default: the latest one computed"
)
@click.option(
    "--by",
    "level",
    type=click.Choice([level.lower() for level in OrgLevel]),
    default="county",
    show_default=True,
    help="按哪一级列出 / the level of the tree to list",
)
@click.option("--calibre", "calibre_id", metavar="ID", help="只列这一个口径 / one calibre at every node")
@click.option("--card", "card_id", metavar="ID", help="口径卡 / the card of one calibre")
@click.option(
    "--explain", "pair", nargs=2, metavar="A B", help="逐户说明两个口径之差 / why two calibres differ"
)
@click.option(
    "--node", "node_code", default="", help="--explain 的节点 / the node for --explain; default: all"
)
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for programs")
@click.pass_obj
def command(
    session: Session,
    month: str | None,
    level: str,
    calibre_id: str | None,
    card_id: str | None,
    pair: tuple[str, str] | None,
    node_code: str,
    as_json: bool,
) -> None:
    """The KPIs in every calibre, by node, beside their targets; 不可算 names the missing input."""
    if card_id is not None:
        calibre = find_calibre(card_id)
        if as_json:
            session.json(_card_plain(calibre))
        else:
            show_card(session, calibre)
        return
    chosen = Month.parse(month) if month else _latest(session)
    if pair is not None:
        _explain(session, chosen, pair, node_code, as_json)
        return
    report = read_report(session.store(), chosen, OrgLevel(level.upper()))
    if as_json:
        session.json(_plain(report, calibre_id))
    elif calibre_id is not None:
        show_one(session, report, find_calibre(calibre_id))
    else:
        show_scorecard(session, report)
        show_waterfall(session, report)
        show_all(session, report)


def _latest(session: Session) -> Month:
    nothing = Text("还没有任何月份的指标", "no month has KPIs yet")
    return session.latest(SCORECARD, "kpi.none", nothing, Text("先运行 weixi run", "run weixi run first"))


def _card_plain(calibre: Calibre) -> dict[str, object]:
    words: dict[str, object] = {name: getattr(calibre, name) for name, _ in CARD_FIELDS}
    return {
        "id": calibre.id,
        "kpi": calibre.kpi,
        "version": calibre.version,
        **words,
        "grain": calibre.grain,
        "numerator_sql": calibre.numerator,
        "denominator_sql": calibre.denominator,
        "inputs": sorted(calibre.inputs),
        "columns": sorted(calibre.columns),
    }


def _explain(session: Session, month: Month, pair: tuple[str, str], node_code: str, as_json: bool) -> None:
    first, second = (find_calibre(name) for name in pair)
    if first.id == second.id:
        raise UsageError(
            "explain.same",
            Text("两个口径相同", "both calibres are the same"),
            Text("给出两个不同的口径", "name two different calibres"),
        )
    found = explain(session.store(), month, first, second, node_code)
    if as_json:
        session.json(_explanation_plain(found))
    else:
        show_explanation(session, found)


def _explanation_plain(found: Explanation) -> dict[str, object]:
    return {
        "calibres": [calibre.id for calibre in found.calibres],
        "node": found.node_code,
        "rates": [None if rate is None else float(rate) for rate in found.rates],
        "parts": [
            {
                "state": part.state,
                "rows": part.rows,
                "example": part.example,
                "numerators": part.numerators,
                "denominators": part.denominators,
                "contribution": float(part.contribution),
            }
            for part in found.parts
        ],
    }


def _plain(report: KpiReport, calibre_id: str | None) -> dict[str, object]:
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
                "last_year_rate": score.last_year_rate,
                "rank": score.rank,
            }
            for score in report.scores.values()
        ],
        "calibres": [
            _value_plain(value) for value in report.values.values() if wanted in (None, value.calibre)
        ],
        "not_computable": {
            key: names for key, names in report.not_computable.items() if wanted in (None, key)
        },
        "unverifiable_tasks": report.unverifiable_tasks,
        "left_out_warnings": {each.code: each.columns for each in report.left_out},
        "suspects_known": report.suspects_known,
        "currency": report.origin.currency,
        "assumes": report.origin.assumes,
    }


def _value_plain(value: KpiValue) -> dict[str, object]:
    return {
        "calibre": value.calibre,
        "node": value.node_code,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "rate": None if value.rate is None else float(value.rate),
    }
