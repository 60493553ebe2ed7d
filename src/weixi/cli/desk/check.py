"""`weixi desk check`: whether the desk is set up as it should be for people to work at."""

import io
import os

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.session import Session
from weixi.kernel.language import Text


@click.command()
@click.pass_obj
def check(session: Session) -> None:
    """Django's deployment check and the desk's own, with the settings of a desk behind HTTPS. Exit code 1: findings."""
    os.environ["WEIXI_HTTPS"] = "1"
    open_desk(session, migrate=False)
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    told = io.StringIO()
    try:
        call_command("check", deploy=True, fail_level="WARNING", stdout=told, stderr=told, no_color=True)
    except SystemCheckError as found:
        session.say(Text(f"✗ 部署检查有发现：\n{found}", f"✗ the deployment check has findings:\n{found}"))
        raise click.exceptions.Exit(1) from found
    session.say(
        Text(
            f"部署检查：没有发现（HTTPS 设置，{session.home}）",
            f"deployment check: nothing found (settings for HTTPS, {session.home})",
        )
    )
