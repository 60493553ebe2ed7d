"""`weixi value`: what the month's lines are worth, by grade or by county."""

import click
from rich.table import Table as Grid

from weixi.cli.month_choice import data_month
from weixi.cli.options import JSON
from weixi.cli.plan_choice import PLAYBOOK
from weixi.cli.session import Session
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.run import open_playbook
from weixi.flow.score import GROUPS, valuation, value_by
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount
from weixi.kernel.terms import Grade


@click.command("value")
@click.option("--month", help="数据月份，如 2025-12；缺省为最近 / the data's month; default: the latest run")
@click.option(
    "--by", "group", type=click.Choice(GROUPS), default="grade", help="按什么汇总 / added up by what"
)
@PLAYBOOK
@JSON
@click.pass_obj
def command(
    session: Session, month: str | None, group: str, playbooks: tuple[str, ...], as_json: bool
) -> None:
    """今后十二个月的预期毛利，预期还在网多久 / What lines are worth, and how long they are expected to stay."""
    store = session.store()
    nothing, remedy = (
        Text("还没有跑过任何月份", "no month was run yet"),
        Text("先运行 weixi run", "run weixi run first"),
    )
    chosen = data_month(session, month, LABEL, "value.none", nothing, remedy)
    playbook = open_playbook(playbooks)
    found = value_by(store, playbook, chosen, group)
    if as_json:
        session.json({"month": chosen, "by": group, "groups": found})
        return
    currency = origin_of(store.require(SUBSCRIBER_MONTH, month=chosen.number)).currency
    title = Text(
        f"{chosen} 月末在网线路今后 12 个月的预期毛利",
        f"expected margin of the next 12 months, lines in service at the end of {chosen}",
    )
    grid = Grid(title=session.text(title), title_justify="left")
    heads = (
        Text("分级", "grade") if group == "grade" else Text("县分", "county"),
        Text("线路", "lines"),
        Text("12 个月预期毛利", "expected margin"),
        Text("预期在网月数", "months of 12"),
        Text("剩余在网月数", "remaining months"),
    )
    for k, head in enumerate(heads):
        grid.add_column(session.text(head), justify="left" if k == 0 else "right")
    for worth in found:
        name = session.text(Grade(worth.code).text) if group == "grade" else worth.name or "—"
        grid.add_row(
            name,
            f"{worth.line_count:,}",
            amount(worth.margin_12_fen, currency=currency),
            f"{worth.mean_months_12:.2f}",
            f"{worth.mean_life_months:.1f}",
        )
    session.print(grid)
    horizon = valuation(playbook).life_months
    lacking = sum(worth.line_count - worth.priced_count for worth in found)
    session.say(
        Text(
            f"{lacking:,} 条线路还没有完整月，毛利不计；剩余月数最多算到 {horizon} 个月",
            f"{lacking:,} lines have no complete month yet and no margin; remaining months are counted up to "
            f"{horizon}",
        )
    )
