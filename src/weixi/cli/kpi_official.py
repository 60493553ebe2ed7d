"""`weixi kpi official`: the operator's own figures and lists, entered beside ours."""

from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_month import ACTOR, MONTH, acting, chosen_month
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.assessment import (
    KPI_NAMES,
    OfficialValue,
    enter_official,
    enter_official_list,
    find_kpi,
    official_history,
    official_rate,
    official_sheet,
    official_subscribers,
    show,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("sheet", type=FILE, required=False)
@MONTH
@click.option("--kpi", help="指标 / the KPI")
@click.option("--node", "node_code", help="节点代码 / the node's code")
@click.option("--value", "rate", help="官方值：97.5%、0.975 或 9750/10000 / the official value")
@click.option(
    "--list",
    "list_file",
    type=FILE,
    help="官方口径的用户清单 CSV：subscriber_key,in_numerator,in_denominator / the list behind it",
)
@click.option("--why", default="", help="来源或改动理由 / where it is from, or why it changed")
@ACTOR
@JSON
@click.pass_obj
def official(
    session: Session,
    sheet: Path | None,
    month: str | None,
    kpi: str | None,
    node_code: str | None,
    rate: str | None,
    list_file: Path | None,
    why: str,
    actor: str | None,
    as_json: bool,
) -> None:
    """Enter official values: a CSV (kpi,node,value), or one by --kpi --node --value; a list by --kpi --list.

    Without any of them, what was entered for the month. Entries are only added; the newest counts.
    """
    chosen = chosen_month(session, month)
    store = session.store()
    values = official_sheet(_content(sheet), str(sheet)) if sheet is not None else []
    if rate is not None:
        if kpi is None or node_code is None:
            raise UsageError(
                "official.which",
                Text("--value 还需要 --kpi 和 --node", "--value takes --kpi and --node"),
                Text(
                    "例：--kpi 动态保有率 --node D0101 --value 97.5%",
                    "for example --kpi retention --node D0101 --value 97.5%",
                ),
            )
        values.append(OfficialValue(find_kpi(kpi), node_code, official_rate(rate)))
    who, now = acting(actor)
    if values:
        made = enter_official(store, chosen, values, actor=who, now=now, reason=why)
        if not as_json:
            session.say(
                Text("与已登记的相同，没有新增版本", "the same as entered before: no new version")
                if made is None
                else Text(
                    f"已登记 {chosen} 官方值第 {made.key['version']} 版，{made.manifest.rows} 条",
                    f"entered version {made.key['version']} of {chosen}: {made.manifest.rows} values",
                )
            )
    if list_file is not None:
        if kpi is None:
            raise UsageError(
                "official.which",
                Text("--list 还需要 --kpi", "--list takes --kpi"),
                Text("写明是哪个指标的清单", "say which KPI it is the list of"),
            )
        kept = enter_official_list(
            store, chosen, find_kpi(kpi), official_subscribers(_content(list_file), str(list_file))
        )
        if not as_json:
            session.say(
                Text(
                    f"已登记官方清单第 {kept.revision} 版，{kept.manifest.rows:,} 户；"
                    f"逐户对数：weixi kpi reconcile {kpi}",
                    f"entered revision {kept.revision} of the list: {kept.manifest.rows:,} subscribers; "
                    f"then weixi kpi reconcile {kpi}",
                )
            )
    entries = official_history(store, chosen)
    if as_json:
        session.json(
            [
                {
                    "version": e.version,
                    "kpi": e.value.kpi,
                    "node": e.value.node_code,
                    "value": float(e.value.rate),
                    "actor": e.actor,
                    "at": e.happened_at,
                    "reason": e.reason,
                }
                for e in entries
            ]
        )
        return
    grid = Grid(
        title=session.text(Text(f"官方值 {chosen}", f"official values {chosen}")), title_justify="left"
    )
    for heading in (
        Text("版", "version"),
        Text("指标", "KPI"),
        Text("节点", "node"),
        Text("官方值", "value"),
        Text("登记人", "by"),
        Text("时间（UTC）", "at (UTC)"),
        Text("说明", "why"),
    ):
        grid.add_column(session.text(heading))
    for e in entries:
        grid.add_row(
            str(e.version),
            session.text(KPI_NAMES[e.value.kpi]),
            e.value.node_code,
            show(e.value.rate),
            escape(e.actor),
            e.happened_at.isoformat(" ", "minutes"),
            escape(e.reason),
        )
    session.print(grid)


def _content(path: Path) -> bytes:
    """What the file holds. Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(
            "official.file",
            Text(f"读不了：{fault.strerror}", f"cannot be read: {fault.strerror}"),
            Text("检查文件权限后重试", "see whether you may read it"),
            where=str(path),
        ) from fault
