"""`weixi kpi reconcile`: why our figures differ from the operator's own, subscriber by subscriber."""

from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_list import assessed_calibre, say_written, write_listing
from weixi.cli.kpi_month import MONTH, chosen_month, points, rate_plain
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.assessment import (
    ListedDifference,
    ListSide,
    compare_official,
    find_calibre,
    find_kpi,
    show,
)
from weixi.flow.assessment import reconcile as reconcile_list
from weixi.kernel.language import Text


@click.command()
@click.argument("kpi")
@MONTH
@click.option("--node", "node_code", default="", help="节点代码，缺省为全部 / the node; default: all")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="逐户清单写入 CSV / the list by subscriber"
)
@JSON
@click.pass_obj
def reconcile(
    session: Session, kpi: str, month: str | None, node_code: str, out: Path | None, as_json: bool
) -> None:
    """Our value beside the official one at each node, and where its list is known, subscriber by subscriber."""
    chosen = chosen_month(session, month)
    store = session.store()
    calibre = find_calibre(kpi) if "." in kpi else assessed_calibre(session, chosen, find_kpi(kpi))
    beside = compare_official(store, chosen, calibre)
    found = reconcile_list(store, chosen, calibre, node_code)
    rows = write_listing(session, found.listing, out) if out is not None and found is not None else 0
    if as_json:
        session.json(
            {
                "month": chosen,
                "calibre": calibre.id,
                "nodes": [
                    {
                        "node": each.node_code,
                        "ours": rate_plain(each.ours.rate),
                        "official": float(each.official.value.rate),
                        "difference": rate_plain(each.difference),
                    }
                    for each in beside
                ],
                "list": None if found is None else _list_plain(found),
                "file": out,
                "file_rows": rows,
            }
        )
        return
    session.say(
        Text(
            f"对数 {chosen} {calibre.name.zh} {calibre.id}",
            f"reconcile {chosen} {calibre.name.en} {calibre.id}",
        )
    )
    if beside:
        grid = Grid()
        for heading in (
            Text("节点", "node"),
            Text("我方分子", "our numerator"),
            Text("我方分母", "our denominator"),
            Text("我方值", "ours"),
            Text("官方值", "official"),
            Text("差（百分点）", "difference, points"),
        ):
            grid.add_column(session.text(heading), justify="left" if heading.en == "node" else "right")
        for each in beside:
            grid.add_row(
                escape(each.name),
                f"{each.ours.numerator:,}",
                f"{each.ours.denominator:,}",
                show(each.ours.rate),
                show(each.official.value.rate),
                points(each.difference),
            )
        session.print(grid)
    else:
        session.say(
            Text("还没有登记官方值：weixi kpi official", "no official value is entered: weixi kpi official")
        )
    if found is None:
        session.say(
            Text(
                f"没有官方清单，不能逐户说明：weixi kpi official --kpi {kpi} --list 文件.csv",
                f"no official list, so nothing by subscriber: weixi kpi official --kpi {kpi} --list FILE.csv",
            )
        )
        return
    _show_listed(session, found)
    if out is not None:
        say_written(session, out, rows)


def _show_listed(session: Session, found: ListedDifference) -> None:
    grid = Grid(
        title=session.text(
            Text(
                f"逐户：我方 {show(found.ours)} − 官方清单 {show(found.listed)}",
                f"by subscriber: ours {show(found.ours)} − official list {show(found.listed)}",
            )
        ),
        title_justify="left",
    )
    grid.add_column(session.text(Text("哪一方计入", "who counts it")))
    grid.add_column(session.text(Text("原因（我方所见状态）", "reason: the state we see")), overflow="fold")
    for heading in (
        Text("户数", "rows"),
        Text("例", "example"),
        Text("我方 分子/分母", "ours"),
        Text("官方 分子/分母", "theirs"),
        Text("贡献（百分点）", "points"),
    ):
        grid.add_column(session.text(heading), justify="right")
    order = list(ListSide)
    for group in sorted(found.groups, key=lambda g: (order.index(g.side), -g.rows)):
        grid.add_row(
            session.text(group.side.text),
            session.text(group.reason),
            f"{group.rows:,}",
            group.example,
            f"{group.ours[0]:,} / {group.ours[1]:,}",
            f"{group.theirs[0]:,} / {group.theirs[1]:,}",
            points(group.contribution),
        )
    grid.add_section()
    grid.add_row(session.text(Text("合计", "sum")), "", "", "", "", "", points(found.summed))
    session.print(grid)
    if found.remainder is not None:
        session.say(
            Text(
                f"官方清单自身得 {show(found.listed)}，登记的官方值为 {show(found.official)}，"
                f"清单与官方值之差 {points(found.remainder)} 个百分点不能由清单说明",
                f"the list itself gives {show(found.listed)}, the official value is {show(found.official)}: "
                f"{points(found.remainder)} points between them no list explains",
            )
        )


def _list_plain(found: ListedDifference) -> dict[str, object]:
    return {
        "ours": rate_plain(found.ours),
        "listed": rate_plain(found.listed),
        "official": rate_plain(found.official),
        "remainder": rate_plain(found.remainder),
        "sum_exact": str(found.summed),
        "groups": [
            {
                "side": g.side,
                "reason": g.reason,
                "rows": g.rows,
                "example": g.example,
                "ours": g.ours,
                "theirs": g.theirs,
                "contribution": float(g.contribution),
                "contribution_exact": str(g.contribution),
            }
            for g in found.groups
        ],
    }
