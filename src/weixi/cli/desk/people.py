"""`weixi desk people`: one person of each role for the demonstration."""

from datetime import UTC, datetime

import click
from rich.table import Table as Grid

from weixi.cli.desk.tree import load
from weixi.cli.desk_setup import open_desk
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.demo import MARK
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@click.command()
@JSON
@click.option(
    "--second-factor",
    is_flag=True,
    help="要求验证码，并给出各人的密钥 / ask for codes, and print each one's secret",
)
@click.pass_obj
def people(session: Session, as_json: bool, second_factor: bool) -> None:
    """Load the demonstration's tree and make one person of each role; again: new passwords for them.

    A password alone lets the demonstration's people in, unless --second-factor is given.
    """
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
    from weixi.desk.base.factor import FILE, OPTIONAL, REQUIRED

    session.home.joinpath(FILE).write_text(f"{REQUIRED if second_factor else OPTIONAL}\n", encoding="ascii")
    open_desk(session)
    load(session)
    from django.utils import timezone

    from weixi.desk.org.operations import make_cast, new_password

    password = new_password()
    made = make_cast(
        password=password,
        since_date=timezone.localdate(),
        actor=None,
        now=datetime.now(UTC),
        with_factor=second_factor,
    )
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
    if second_factor:
        grid.add_column(session.text(Text("验证器密钥", "secret of the second factor")), no_wrap=True)
    for one in made:
        at = f"{one.node_name} {one.node_code}"
        told = [one.secret] if second_factor else []
        grid.add_row(one.username, session.text(one.role.text), one.name, at, *told)
    session.print(grid)
    said = (
        Text(
            "验证码已设为必须：把密钥输入手机验证器（基于时间，6 位，30 秒）。",
            "codes are asked for: type the secrets into an authenticator (time-based, 6 digits, 30 seconds).",
        )
        if second_factor
        else Text(
            "这是演示：验证码设为可选，只用密码即可登录；正式使用时必须绑定验证器（--second-factor 可先体验）。",
            "this is a demonstration: a password alone lets them in; in real use managers, planners, auditors and "
            "administrators need a second factor (--second-factor shows it).",
        )
    )
    session.say(said)
    session.say(
        Text(
            f"密码都是 {password}（只显示这一次；再运行本命令则换新）。\n  weixi --home {session.home} serve",
            f"the password of all is {password} (shown this once; run this again for a new one).\n"
            f"  weixi --home {session.home} serve",
        )
    )
