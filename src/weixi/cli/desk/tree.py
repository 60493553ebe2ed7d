"""`weixi desk tree`: the book's newest tree into the desk."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.book import ORG_NODE
from weixi.kernel.language import Text
from weixi.kernel.period import Month

if TYPE_CHECKING:
    from weixi.desk.org.operations import TreeLoaded


@click.command()
@JSON
@click.pass_obj
def tree(session: Session, as_json: bool) -> None:
    """Load the tree of the newest month into the desk; the same tree again changes nothing."""
    open_desk(session)
    month, loaded = load(session)
    if as_json:
        session.json({"month": month, "loaded": loaded})
        return
    session.say(
        Text(
            f"组织树（{month}）：{loaded.nodes} 个节点，新增 {loaded.added}，变动 {loaded.changed}，"
            f"撤销 {loaded.left}",
            f"tree of {month}: {loaded.nodes} nodes, {loaded.added} new, {loaded.changed} changed, "
            f"{loaded.left} gone",
        )
    )


def load(session: Session) -> tuple[Month, "TreeLoaded"]:
    """The newest tree of the book, loaded. Raises DataError where the book has none. The desk must be open."""
    from weixi.desk.org.operations import load_tree
    from weixi.desk.org.queries import tree_rows

    month = session.latest(
        ORG_NODE,
        "desk.tree",
        Text("账册里没有组织树", "the book has no tree"),
        Text(
            "先用 weixi import 导入 org 数据，或先运行 weixi demo", "import the org feed, or run weixi demo"
        ),
    )
    store = session.store()
    nodes = tree_rows(store, store.require(ORG_NODE, month=month.number))
    return month, load_tree(nodes=nodes, actor=None, now=datetime.now(UTC))
