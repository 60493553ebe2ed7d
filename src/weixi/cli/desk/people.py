"""`weixi desk people`: one person of each role for the demonstration."""

from datetime import UTC, datetime

import click
from rich.table import Table as Grid

from weixi.cli.desk.person import new_password
from weixi.cli.desk.tree import load
from weixi.cli.desk_setup import open_desk
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.demo import MARK
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@click.command()
@JSON
@click.pass_obj
def people(session: Session, as_json: bool) -> None:
    """Load the demonstration's tree and make one person of each role; again: new passwords for them."""
    if not (session.home / MARK).exists():
        raise UsageError(
            "desk.people",
            Text("这里不是演示数据，不造演示人员", "this is no demonstration: no people are made up"),
            Text(
                "先运行 weixi demo；正式使用请用 weixi desk person",
                "run weixi demo first; for real use there is weixi desk person",
            ),
            where=str(session.home),
        )
    open_desk(session)
    load(session)
    from django.utils import timezone

    from weixi.desk.org.operations import make_cast

    password = new_password()
    made = make_cast(password=password, since_date=timezone.localdate(), actor=None, now=datetime.now(UTC))
    if as_json:
        session.json({"password": password, "people": made})
        return
    grid = Grid(title=session.text(Text("演示人员", "people of the demonstration")), title_justify="left")
    for heading in (
        Text("工号", "number"),
        Text("岗位", "role"),
        Text("姓名", "name"),
        Text("单位", "at"),
    ):
        grid.add_column(session.text(heading))
    for one in made:
        grid.add_row(one.username, session.text(one.role.text), one.name, f"{one.node_name} {one.node_code}")
    session.print(grid)
    session.say(
        Text(
            f"密码都是 {password}（只显示这一次；再运行本命令则换新）。\n  weixi --home {session.home} serve",
            f"the password of all is {password} (shown this once; run this again for a new one).\n"
            f"  weixi --home {session.home} serve",
        )
    )
