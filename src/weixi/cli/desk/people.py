"""`weixi desk people`: one person of each role for the demonstration."""

import json
from datetime import UTC, datetime

import click
from rich.table import Table as Grid

from weixi.cli.desk.tree import load
from weixi.cli.desk_setup import open_desk
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.demo import MARK
from weixi.flow.decision import PLAN
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@click.command()
@JSON
@click.option(
    "--second-factor",
    is_flag=True,
    help="要求验证码，并给出各人的密钥 / ask for codes, and print each one's secret",
)
@click.pass_obj
def people(session: Session, as_json: bool, second_factor: bool) -> None:
    """One person of each role for the demonstration; the latest plan is handed over, and the others work it.

    Again: new passwords for them, and the plan is worked up to now. A password alone lets them in, unless
    --second-factor is given.
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
    from weixi.desk.org.rules import Role

    password = new_password()
    made = make_cast(
        password=password,
        since_date=timezone.localdate(),
        actor=None,
        now=datetime.now(UTC),
        with_factor=second_factor,
    )
    acts = _rehearse(session, [one.node_code for one in made if one.role is Role.AGENT])
    if as_json:
        session.json({"password": password, "people": made, "acts": acts})
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
    if acts:
        session.say(
            Text(
                f"已派发最近一个月的计划，并由其余责任人模拟办理到现在（{acts:,} 步）。",
                f"the latest plan is handed over, and the other owners have worked it until now ({acts:,} acts).",
            )
        )
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


def _rehearse(session: Session, leave: list[str]) -> int:
    """The acts of the owners but those of `leave` on the latest plan; 0 where there is none."""
    from weixi.demo.rehearsal import rehearse

    months = [int(partition.key["month"]) for partition in session.store().partitions(PLAN)]
    if not months:
        return 0
    with session.progress() as progress:
        bar = progress.add_task(session.text(Text("模拟办理", "work the plan")), total=None)
        return rehearse(
            store=session.store(),
            playbook=open_playbook(DEFAULT_PLAYBOOKS),
            month=Month.from_number(max(months)),
            seed=int(json.loads((session.home / MARK).read_text(encoding="utf-8"))["seed"]),
            leave=leave,
            now=datetime.now(UTC),
            tell=lambda done, total: progress.update(bar, completed=done, total=total),
        )
