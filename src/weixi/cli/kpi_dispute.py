"""`weixi kpi appeal`, `decide`, `suspects`, `corrections`, `recompute`: the ledger of corrections, and the proof."""

import click
from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_list import assessed_calibre
from weixi.cli.kpi_month import ACTOR, MONTH, acting, chosen_month
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.assessment import (
    KPI_NAMES,
    Correction,
    correction_entries,
    decide_appeal,
    enter_suspects,
    file_appeal,
    open_appeals,
    read_report,
    read_statement,
    show,
)
from weixi.flow.assessment import recompute as recompute_revision
from weixi.flow.decision import find_subscriber
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


@click.command()
@click.argument("subscribers", nargs=-1, required=True)
@MONTH
@click.option("--node", "node_code", default="", help="申诉单位 / the unit that appeals")
@click.option("--evidence", required=True, help="证据：工单号、文件号等，不写号码 / the evidence, no numbers")
@ACTOR
@click.pass_obj
def appeal(
    session: Session,
    subscribers: tuple[str, ...],
    month: str | None,
    node_code: str,
    evidence: str,
    actor: str | None,
) -> None:
    """Appeal for subscribers to be left out from the month on; it changes nothing before it is decided."""
    chosen = chosen_month(session, month)
    store = session.store()
    ids = [find_subscriber(store, each, chosen) for each in subscribers]
    who, now = acting(actor)
    made = file_appeal(store, chosen, ids, node_code=node_code, evidence=evidence, actor=who, now=now)
    session.say(
        Text(
            f"已登记申诉 {chosen}#{made.key['entry']}：{made.manifest.rows} 户。"
            f"裁定：weixi kpi decide {chosen}#{made.key['entry']} --accept|--reject --why …",
            f"entered appeal {chosen}#{made.key['entry']}: {made.manifest.rows} subscribers. "
            f"Decide: weixi kpi decide {chosen}#{made.key['entry']} --accept|--reject --why …",
        )
    )


@click.command()
@click.argument("case")
@click.option("--accept/--reject", "accepts", default=None, help="同意剔除或驳回 / the decision")
@click.option("--why", required=True, help="裁定理由 / why")
@ACTOR
@click.pass_obj
def decide(session: Session, case: str, accepts: bool | None, why: str, actor: str | None) -> None:
    """Decide an appeal (2025-03#1): both figures stand beside one another from then on."""
    month_text, _, number = case.partition("#")
    if not number.isdecimal():
        raise UsageError(
            "appeal.case",
            Text(f"“{case}”不是申诉编号", f"“{case}” names no appeal"),
            Text("写成 2025-03#1，见 weixi kpi corrections", "write 2025-03#1; see weixi kpi corrections"),
        )
    if accepts is None:
        raise UsageError(
            "appeal.which",
            Text("没有写明同意还是驳回", "neither --accept nor --reject is given"),
            Text("加 --accept 或 --reject", "add --accept or --reject"),
        )
    who, now = acting(actor)
    month = Month.parse(month_text)
    decide_appeal(session.store(), month, int(number), accept=accepts, why=why, actor=who, now=now)
    _show_effect(session, month)


@click.command()
@click.option("--year", type=int, help="考核年，缺省为最近算过的月份所在年 / the assessed year")
@ACTOR
@click.pass_obj
def suspects(session: Session, year: int | None, actor: str | None) -> None:
    """Enter the lines that a later month confirms as suspect, so that earlier months are restated without them."""
    month = chosen_month(session, None)
    who, now = acting(actor)
    made = enter_suspects(session.store(), year or month.year, actor=who, now=now)
    if made is None:
        session.say(Text("没有新的事后确认黑话用户", "no line was confirmed later that is not entered yet"))
        return
    session.say(
        Text(
            f"已登记事后确认黑话用户 {made.manifest.rows} 户，同时退出分子分母；封存值不变",
            f"entered {made.manifest.rows} lines confirmed later: they leave both sides; what was sealed stays",
        )
    )
    _show_effect(session, month if year is None else Month.from_number(int(made.key["month"])))


def _show_effect(session: Session, month: Month) -> None:
    """The assessed KPIs of the whole tree: sealed, as they stand now, and without the corrected subscribers."""
    statement = read_statement(session.store(), month)
    top = read_report(session.store(), month, OrgLevel.PROVINCE).top
    for kpi, name in KPI_NAMES.items():
        key = (assessed_calibre(session, month, kpi).id, top)
        values = [each.get(key) for each in (statement.sealed.values, statement.current.values)]
        values.append(None if statement.corrected is None else statement.corrected.get(key))
        sealed, now, corrected = (
            "—" if v is None else f"{v.numerator:,}/{v.denominator:,} = {show(v.rate)}" for v in values
        )
        session.say(
            Text(
                f"{month} {name.zh}：封存 {sealed}；现行 {now}；更正后 {corrected}",
                f"{month} {name.en}: sealed {sealed}; now {now}; corrected {corrected}",
            )
        )


@click.command()
@MONTH
@JSON
@click.pass_obj
def corrections(session: Session, month: str | None, as_json: bool) -> None:
    """The ledger of appeals, decisions and later suspects that hold for the month; open appeals first."""
    chosen = chosen_month(session, month)
    entries = correction_entries(session.store(), chosen)
    waiting = {(e.month, e.case_entry) for e in open_appeals(session.store(), chosen)}
    if as_json:
        session.json([{**_entry_plain(e), "open": (e.month, e.case_entry) in waiting} for e in entries])
        return
    grid = Grid(title=session.text(Text(f"更正账 {chosen}", f"corrections {chosen}")), title_justify="left")
    for heading in (
        Text("案号", "case"),
        Text("动作", "action"),
        Text("用户编号", "subscriber"),
        Text("单位", "unit"),
        Text("谁", "who"),
        Text("时间（UTC）", "at (UTC)"),
        Text("证据或理由", "evidence or reason"),
    ):
        grid.add_column(session.text(heading), overflow="fold")
    for e in sorted(
        entries, key=lambda e: ((e.month, e.case_entry) not in waiting, e.month, e.case_entry, e.entry)
    ):
        grid.add_row(
            e.case,
            session.text(e.action.text),
            str(e.subscriber_id),
            e.node_code or "—",
            escape(e.actor),
            e.happened_at.isoformat(" ", "minutes"),
            escape(e.reason),
        )
    session.print(grid)
    if waiting:
        session.say(Text(f"未裁定：{len(waiting)} 件", f"not decided: {len(waiting)}"))


def _entry_plain(e: Correction) -> dict[str, object]:
    return {
        "case": e.case,
        "entry": e.entry,
        "action": e.action,
        "subscriber_id": e.subscriber_id,
        "node": e.node_code,
        "actor": e.actor,
        "at": e.happened_at,
        "reason": e.reason,
    }


@click.command()
@MONTH
@JSON
@click.pass_context
def recompute(ctx: click.Context, month: str | None, as_json: bool) -> None:
    """Compute every statement of the month again from the inputs it was sealed with, and compare."""
    session: Session = ctx.obj
    chosen = chosen_month(session, month)
    statement = read_statement(session.store(), chosen)
    found = {r.number: recompute_revision(session.store(), chosen, r.number) for r in statement.revisions}
    if as_json:
        session.json(
            [
                {
                    "revision": r.number,
                    "values": len(r.values),
                    "different": len(found[r.number]),
                    "seal": r.seal,
                }
                for r in statement.revisions
            ]
        )
    for r in [] if as_json else statement.revisions:
        wrong = found[r.number]
        session.say(
            Text(
                f"{chosen} 第 {r.number} 版（{r.stated_at}）：{len(r.values):,} 个值"
                + (
                    f"，{len(wrong):,} 个不一致，如 {next(iter(wrong))}"
                    if wrong
                    else "，由封存时的来源重算，全部一致"
                ),
                f"{chosen} revision {r.number} ({r.stated_at}): {len(r.values):,} values"
                + (
                    f", {len(wrong):,} differ, e.g. {next(iter(wrong))}"
                    if wrong
                    else ", computed again from its inputs: equal"
                ),
            )
        )
    if any(found.values()):
        ctx.exit(1)
