"""`weixi kpi league`, `audit` and `ports`: counties compared fairly, figures that look mended, numbers ported."""

from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_list import assessed_calibre, say_written, show_listing, write_listing
from weixi.cli.kpi_month import BY, MONTH, chosen_month, rate_plain
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.assessment import (
    NOT_DELIVERED,
    Check,
    Finding,
    League,
    build_league,
    count_ports,
    find_calibre,
    find_kpi,
    read_report,
    show,
)
from weixi.flow.assessment import (
    audit as audit_month,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


@click.command()
@click.argument("kpi")
@MONTH
@BY
@JSON
@click.pass_obj
def league(session: Session, kpi: str, month: str | None, level: str, as_json: bool) -> None:
    """The league table of one KPI: raw rank beside the rank adjusted for the mix of bands and stages."""
    chosen, of_level = chosen_month(session, month), OrgLevel(level.upper())
    calibre = find_calibre(kpi) if "." in kpi else assessed_calibre(session, chosen, find_kpi(kpi))
    report = read_report(session.store(), chosen, of_level)
    target = report.targets.get(calibre.kpi)
    highest_first = target is None or target.direction == "AT_LEAST"
    found = build_league(session.store(), chosen, calibre, of_level, highest_first=highest_first)
    if as_json:
        session.json(_league_plain(chosen, found))
    else:
        _show_league(session, chosen, found)


def _show_league(session: Session, month: Month, found: League) -> None:
    say = session.text
    title = Text(
        f"排名 {month} {found.calibre.name.zh}（全体 {show(found.whole)}）",
        f"league {month} {found.calibre.name.en} (all: {show(found.whole)})",
    )
    grid = Grid(title=say(title), title_justify="left")
    for heading in (
        Text("节点", "node"),
        Text("分子", "numerator"),
        Text("分母", "denominator"),
        Text("原始值", "raw"),
        Text("原始名次", "raw rank"),
        Text("应有户数", "expected"),
        Text("实际÷应有", "observed ÷ expected"),
        Text("同结构可比值", "adjusted"),
        Text("可比名次", "adjusted rank"),
    ):
        grid.add_column(say(heading), justify="left" if heading.en == "node" else "right")
    for each in found.standings:
        grid.add_row(
            escape(each.name),
            f"{each.numerator:,}",
            f"{each.denominator:,}",
            show(each.raw),
            str(each.raw_rank or "—"),
            f"{float(each.expected):,.1f}",
            "—" if each.ratio is None else f"{float(each.ratio):.3f}",
            show(each.adjusted),
            str(each.adjusted_rank or "—"),
        )
    session.print(grid)
    session.say(
        Text(
            f"应有户数：该节点的用户若都与全体同类用户一样（基期 ARPU 档 × 分期 × 是否拍照，共 {found.strata} 类）；"
            "可比值 = 实际 ÷ 应有 × 全体值（间接标准化）",
            "expected: what the node would count if its lines did as the whole tree's of the same kind (ARPU band × "
            f"stage on date 0 × in S0, {found.strata} kinds); adjusted = observed ÷ expected × all (indirect "
            "standardisation)",
        )
    )


def _league_plain(month: Month, found: League) -> dict[str, object]:
    return {
        "month": month,
        "calibre": found.calibre.id,
        "whole": rate_plain(found.whole),
        "strata": found.strata,
        "nodes": [
            {
                "node": each.node_code,
                "name": each.name,
                "numerator": each.numerator,
                "denominator": each.denominator,
                "raw": rate_plain(each.raw),
                "raw_rank": each.raw_rank,
                "expected": float(each.expected),
                "observed_over_expected": rate_plain(each.ratio),
                "adjusted": rate_plain(each.adjusted),
                "adjusted_rank": each.adjusted_rank,
            }
            for each in found.standings
        ],
    }


@click.command()
@MONTH
@click.option("--check", "check_name", help="只看这一项，配合 --out / one check alone, for --out")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="该项的清单写入 CSV / its list as CSV"
)
@JSON
@click.pass_obj
def audit(
    session: Session, month: str | None, check_name: str | None, out: Path | None, as_json: bool
) -> None:
    """Figures that look mended before the cut-off: who, and what each KPI is without them."""
    if check_name is not None and check_name.upper() not in set(Check):
        raise UsageError(
            "audit.check",
            Text(f"没有检查项“{check_name}”", f"there is no check “{check_name}”"),
            Text(f"可选：{'、'.join(Check)}", f"choose one of: {', '.join(Check)}"),
        )
    if out is not None and check_name is None:
        raise UsageError(
            "audit.one",
            Text("写文件时要指明检查项", "a file takes one check"),
            Text(f"如 --check {Check.LATE_RECHARGE}", f"for example --check {Check.LATE_RECHARGE}"),
        )
    chosen = chosen_month(session, month)
    found = [
        each
        for each in audit_month(session.store(), chosen)
        if check_name is None or each.check == check_name.upper()
    ]
    if as_json:
        session.json([_finding_plain(chosen, each) for each in found])
    for each in found:
        if out is not None and each.listing is not None:
            rows = write_listing(session, each.listing, out)
            if not as_json:
                say_written(session, out, rows)
        elif not as_json:
            _show_finding(session, each, 10 if check_name is None else 100)
    if not as_json and out is None:
        session.say(
            Text(
                "以上是可疑，不是结论：逐户核实后，用 weixi kpi appeal 登记剔除",
                "these are suspicions, not verdicts: once a case is verified, enter it with weixi kpi appeal",
            )
        )


def _show_finding(session: Session, found: Finding, limit: int) -> None:
    name = f"{found.check}  {session.text(found.check.text)}"
    if found.listing is None:
        lacking = "、".join(found.missing)
        session.say(Text(f"{name}：不可算（缺 {lacking}）", f"{name}: not computable (missing: {lacking})"))
        return
    session.say(Text(f"{name}：{len(found.listing):,} 户（项）", f"{name}: {len(found.listing):,}"))
    for effect in found.effects:
        session.say(
            Text(
                f"  {effect.calibre.name.zh}：{show(effect.stated)}，其中 {effect.flagged:,} 户靠此计入；"
                f"除去后 {show(effect.without)}",
                f"  {effect.calibre.name.en}: {show(effect.stated)}, {effect.flagged:,} counted thanks to it; "
                f"without them {show(effect.without)}",
            )
        )
    if len(found.listing):
        show_listing(session, found.listing, Text("名单", "who"), limit)


def _finding_plain(month: Month, found: Finding) -> dict[str, object]:
    return {
        "month": month,
        "check": found.check,
        "missing": found.missing,
        "rows": None if found.listing is None else len(found.listing),
        "subscribers": None if found.listing is None else found.listing.table["subscriber_id"].to_pylist(),
        "effects": [
            {
                "calibre": effect.calibre.id,
                "flagged": effect.flagged,
                "stated": rate_plain(effect.stated),
                "without": rate_plain(effect.without),
            }
            for effect in found.effects
        ],
    }


@click.command()
@MONTH
@BY
@JSON
@click.pass_obj
def ports(session: Session, month: str | None, level: str, as_json: bool) -> None:
    """Numbers ported out by county, and those about to be; what the data does not tell is said."""
    chosen = chosen_month(session, month)
    found = count_ports(session.store(), chosen, OrgLevel(level.upper()))
    if as_json:
        session.json({"month": chosen, "nodes": found, "not_delivered": NOT_DELIVERED})
        return
    grid = Grid(title=session.text(Text(f"携出 {chosen}", f"port-outs {chosen}")), title_justify="left")
    for heading in (
        Text("节点", "node"),
        Text("本月携出", "out this month"),
        Text("基期以来携出（拍照网络）", "out since date 0 (sealed base)"),
        Text("在网：本月查询携转", "in service: queried"),
        Text("在网：已申请携转", "in service: applied"),
    ):
        grid.add_column(session.text(heading), justify="left" if heading.en == "node" else "right")
    for each in found:
        grid.add_row(
            escape(each.name),
            *(f"{n:,}" for n in (each.out_month, each.out_year, each.queried, each.applied)),
        )
    session.print(grid)
    lacking = "；".join(text.zh for text in NOT_DELIVERED), "; ".join(text.en for text in NOT_DELIVERED)
    session.say(
        Text(
            f"携入携出差额不可算，数据没有：{lacking[0]}", f"no balance: the data does not tell {lacking[1]}"
        )
    )
