"""`weixi desk person`, `weixi desk password`, `weixi desk factor`: people who may sign in."""

from datetime import UTC, datetime

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.session import Session
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@click.command()
@click.argument("number")
@click.option("--name", default="", help="姓名 / name")
@click.option("--role", required=True, help="岗位，如 ADMINISTRATOR / role")
@click.option("--at", "node", required=True, help="任职节点编码 / code of the node")
@click.option("--agent-code", default="", help="责任人编码 / code as an owner of subscribers")
@click.pass_obj
def person(session: Session, number: str, name: str, role: str, node: str, agent_code: str) -> None:
    """Enter a person with a post from today; the password is shown once."""
    open_desk(session)
    from django.utils import timezone

    from weixi.desk.org.operations import make_person, new_password
    from weixi.desk.org.rules import Role

    if role not in set(Role):
        raise UsageError(
            "org.role",
            Text(f"没有岗位 {role}", f"there is no role {role}"),
            Text(
                f"可用：{'、'.join(f'{r.value} {r.text.zh}' for r in Role)}",
                f"there are: {', '.join(r.value for r in Role)}",
            ),
        )
    given = new_password()
    make_person(
        username=number,
        name=name,
        password=given,
        agent_code=agent_code,
        role=Role(role),
        node_code=node,
        since_date=timezone.localdate(),
        actor=None,
        now=datetime.now(UTC),
        must_change=True,
    )
    _show(session, number, given)


@click.command()
@click.argument("number")
@click.pass_obj
def password(session: Session, number: str) -> None:
    """Give a person a new password, shown once; their sessions end."""
    open_desk(session)
    from weixi.desk.org.operations import new_password, reset_password

    given = new_password()
    reset_password(username=number, new=given, actor=None, now=datetime.now(UTC), must_change=True)
    _show(session, number, given)


@click.command()
@click.argument("number", required=False)
@click.option(
    "--everybody", is_flag=True, help="所有人，更换密钥之后用 / everybody: after the key was changed"
)
@click.pass_obj
def factor(session: Session, number: str | None, everybody: bool) -> None:
    """Take a person's second factor away: they set another up at the next sign-in; their sessions end."""
    if bool(number) is everybody:
        raise UsageError(
            "desk.factor",
            Text("没有说明是谁", "it is not said whose"),
            Text("给出一个工号，或加 --everybody", "give a staff number, or --everybody"),
        )
    open_desk(session)
    from weixi.desk.org.operations import reset_all_factors, reset_factor_of

    now = datetime.now(UTC)
    if number is None:
        count = reset_all_factors(now=now)
        session.say(Text(f"已解除 {count} 个验证器", f"{count} second factors were taken away"))
        return
    if not reset_factor_of(username=number, now=now):
        raise UsageError(
            "org.no_factor",
            Text(f"工号 {number} 没有绑定验证器", f"staff number {number} has no second factor"),
            Text("核对工号", "check the number"),
        )
    session.say(
        Text(
            f"工号 {number} 的验证器已解除，下次登录时重新绑定",
            f"the second factor of {number} was taken away; another is set up at the next sign-in",
        )
    )


def _show(session: Session, number: str, given: str) -> None:
    session.say(
        Text(
            f"工号 {number}，初始密码 {given}（只显示这一次，首次登录时必须更改）",
            f"staff number {number}, password {given} (shown this once; it is changed at the first sign-in)",
        )
    )
