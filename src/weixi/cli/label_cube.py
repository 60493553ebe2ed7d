"""`weixi label cube`: lines by ARPU, deposit and tenure; who left, what was billed; the lines of one cell."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_list import say_written, show_listing, write_listing
from weixi.cli.label_choice import MONTH, PLAYBOOK, chosen_month
from weixi.cli.label_view import DIMENSION_TEXTS, TOTAL, Words
from weixi.cli.options import JSON
from weixi.cli.origin_view import show_origin
from weixi.cli.session import Session
from weixi.flow.assessment import UNKNOWN_CLASS, CubeCell, CubeEdges, build_cube, list_cell
from weixi.flow.book import SUBSCRIBER_MONTH, Origin, origin_of
from weixi.flow.run import open_playbook
from weixi.flow.segment import NO_BAND
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.money import fen
from weixi.kernel.money import show as amount
from weixi.kernel.period import Month
from weixi.playbook import Playbook

_NAMES = {
    "band": DIMENSION_TEXTS["band"],
    "deposit": Text("预存余额", "balance"),
    "tenure": Text("在网时长", "tenure"),
}
_VALUES = {
    "lines": Text("户数", "lines"),
    "churn": Text("离网率（离网户数）", "churn (lines that left)"),
    "revenue": Text("账单收入", "billed revenue"),
}


@click.command("cube")
@MONTH
@click.option("--node", "node_code", help="只看该节点 / one node of the tree; default: all of it")
@click.option(
    "--value",
    type=click.Choice(list(_VALUES)),
    default="lines",
    show_default=True,
    help="格内数值 / what cells hold",
)
@click.option(
    "--deposit", default="0,50,100,300", show_default=True, help="余额分界（元） / edges of the balance, yuan"
)
@click.option(
    "--tenure",
    default="12,24,36,60",
    show_default=True,
    help="在网月数分界 / edges of the months in service",
)
@click.option("--list", "cell", help="列出一格的名单，如 band=B80,deposit=0 / the lines of a cell")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="名单写成 CSV，号码已脱敏 / the list as a CSV file, numbers masked",
)
@PLAYBOOK
@JSON
@click.pass_obj
def command(
    session: Session,
    month: str | None,
    node_code: str | None,
    value: str,
    deposit: str,
    tenure: str,
    cell: str | None,
    out: Path | None,
    playbooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """ARPU、预存、在网时长三维交叉：户数、离网、收入，可下钻到名单 / Lines by ARPU, deposit and tenure.

    Lines in service a month ago by what they were then; the edges only sort, nothing is decided by them.
    """
    chosen = chosen_month(session, month)
    edges = CubeEdges(tuple(map(fen, _numbers(deposit))), tuple(_numbers(tenure)))
    store = session.store()
    if cell is not None or out is not None:
        listing = list_cell(
            store, chosen, edges, _cell(cell or "", edges, open_playbook(playbooks)), node_code
        )
        if out is not None:
            say_written(session, out, write_listing(session, listing, out))
        else:
            show_listing(
                session, listing, Text(f"名单 {cell}：{len(listing):,} 户", f"{cell}: {len(listing):,} lines")
            )
        return
    cells = build_cube(store, chosen, edges, node_code)
    if as_json:
        session.json({"month": chosen, "node": node_code, "edges": edges, "cells": cells})
        return
    origin = origin_of(store.require(SUBSCRIBER_MONTH, month=chosen.number))
    _show(session, chosen, edges, cells, value, origin, open_playbook(playbooks))


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(
            "cube.edges",
            Text(f"分界点 {text} 不是整数", f"the edges {text} are no whole numbers"),
            Text("如 0,50,100,300", "for example 0,50,100,300"),
        ) from None


def _cell(text: str, edges: CubeEdges, playbook: Playbook) -> dict[str, str]:
    """`band=high,deposit=0` as measure → class."""
    found = dict(part.partition("=")[::2] for part in text.split(",") if part)
    classes = {
        "band": {NO_BAND, *(band.code for band in playbook.bands)},
        "deposit": {UNKNOWN_CLASS, *map(str, range(len(edges.deposit_fen) + 1))},
        "tenure": {UNKNOWN_CLASS, *map(str, range(len(edges.tenure_months) + 1))},
    }
    for name, value in found.items():
        if value not in classes.get(name, ()):
            raise UsageError(
                "cube.cell",
                Text(f"没有 {name}={value} 这一格", f"there is no cell {name}={value}"),
                Text(
                    "band 用方案的分档编码，deposit、tenure 用表头方括号里的序号，- 为未知",
                    "band takes the playbook's codes, deposit and tenure the number in brackets, - is unknown",
                ),
            )
    return found


def _show(
    session: Session,
    month: Month,
    edges: CubeEdges,
    cells: Sequence[CubeCell],
    value: str,
    origin: Origin,
    playbook: Playbook,
) -> None:
    say, words = session.text, Words(session, playbook)
    total = [
        sum(getattr(each, name) for each in cells) for name in ("line_count", "churned_count", "revenue_fen")
    ]
    session.say(
        Text(
            f"{month.plus(-1)} 末在网主卡 {total[0]:,} 户，到 {month} 末离网 {total[1]:,} 户，"
            f"{month} 账单 {amount(total[2], origin.currency)}；格内：{_VALUES[value].zh}",
            f"{total[0]:,} main cards in service at the end of {month.plus(-1)}, {total[1]:,} left by the end of "
            f"{month}, billed {amount(total[2], origin.currency)} in {month}; cells: {_VALUES[value].en}",
        )
    )
    tenures = sorted({each.tenure for each in cells}, key=_place)
    grid = Grid()
    for name in ("band", "deposit"):
        grid.add_column(say(_NAMES[name]))
    for each in tenures:
        grid.add_column(
            escape(_span(session, each, edges.tenure_months, say(Text(" 月", " months")))), justify="right"
        )
    grid.add_column(say(TOTAL), justify="right")
    yuan = [amount(edge, origin.currency) for edge in edges.deposit_fen]
    rows = sorted(
        {(c.band, c.deposit) for c in cells}, key=lambda key: (words.order("band", key[0]), _place(key[1]))
    )
    told = ""
    for band, deposit in rows:
        line = [
            [c for c in cells if (c.band, c.deposit, c.tenure) == (band, deposit, each)] for each in tenures
        ]
        grid.add_row(
            escape(words.say("band", band)) + f" ({band})" if band != told else "",
            escape(_span(session, deposit, yuan, "")),
            *[_value(found, value, origin) for found in (*line, [c for part in line for c in part])],
        )
        told = band
    grid.add_section()
    columns = [[c for c in cells if c.tenure == each] for each in tenures]
    grid.add_row(say(TOTAL), "", *[_value(found, value, origin) for found in (*columns, list(cells))])
    session.print(grid)
    show_origin(session, origin)


def _place(code: str) -> int:
    """Classes in their order, the unknown one last."""
    return 1000 if code == UNKNOWN_CLASS else int(code)


def _span(session: Session, code: str, edges: Sequence[int | str], unit: str) -> str:
    """`[1] 12–24 months`: a class with its number, by which --list names it."""
    if code == UNKNOWN_CLASS:
        return f"[{code}] {session.text(Text('没有（后付费或未知）', 'none: postpaid or not known'))}"
    at = int(code)
    if at == 0:
        span = f"< {edges[0]}"
    elif at == len(edges):
        span = f"≥ {edges[-1]}"
    else:
        span = f"{edges[at - 1]}–{edges[at]}"
    return f"[{code}] {span}{unit}"


def _value(found: Sequence[CubeCell], value: str, origin: Origin) -> str:
    lines = sum(cell.line_count for cell in found)
    if not lines:
        return "·"
    churned = sum(cell.churned_count for cell in found)
    if value == "churn":
        return f"{churned / lines:.1%} ({churned:,})"
    if value == "revenue":
        return amount(sum(cell.revenue_fen for cell in found), origin.currency)
    return f"{lines:,}"
