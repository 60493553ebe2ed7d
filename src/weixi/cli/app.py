"""The `weixi` group: options that hold for every command, and where each command lives."""

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from weixi.cli.out_path import file_fault
from weixi.cli.session import Session
from weixi.cli.usage_text import usage_text
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Language, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: the module that holds it as `command`, and its line in the list of commands."""

    module: str
    text: Text


COMMANDS = {
    "demo": Entry(
        "weixi.cli.demo",
        Text("模拟一家运营商，把整个过程走一遍", "simulate an operator and walk the whole way"),
    ),
    "import": Entry(
        "weixi.cli.import_", Text("把运营商的数据导入账册", "an operator's extract into the book")
    ),
    "run": Entry(
        "weixi.cli.run",
        Text("跑一个月，或一天之后的早晨", "the way for one month, or the morning after a day"),
    ),
    "label": Entry(
        "weixi.cli.label",
        Text("五分标签：交叉表、流转、规模变动", "the five labels: cross table, moves, waterfalls"),
    ),
    "plan": Entry(
        "weixi.cli.plan",
        Text("查看计划，解释一个用户，派单", "show the plan, explain one subscriber, hand it to the desk"),
    ),
    "target": Entry(
        "weixi.cli.target",
        Text("指标下达：分解、各版、签收", "targets down the tree: issued, signed for"),
    ),
    "kpi": Entry("weixi.cli.kpi", Text("各口径的指标", "the KPIs in every calibre")),
    "lift": Entry(
        "weixi.cli.lift",
        Text("维系的净效果：与留白对照组比", "what retention brings, against the hold-out"),
    ),
    "score": Entry(
        "weixi.cli.score",
        Text(
            "离网评分、三级预警准不准、不要打扰谁",
            "who is likely to leave, how right that was, whom not to wake",
        ),
    ),
    "value": Entry(
        "weixi.cli.value", Text("客户价值与剩余在网时长", "what lines are worth, and how long they stay")
    ),
    "learn": Entry(
        "weixi.cli.learn",
        Text("换不换模型、哪里变了、方案建议", "who scores next, what moved, what the playbook might change"),
    ),
    "report": Entry("weixi.cli.report", Text("月报：一个网页", "the month's report as one page")),
    "playbook": Entry(
        "weixi.cli.playbook", Text("检查、查看、比较方案", "check, show and compare playbooks")
    ),
    "simulate": Entry(
        "weixi.cli.simulate", Text("造一家真值已知的运营商", "make an operator whose truth is known")
    ),
    "serve": Entry("weixi.cli.serve", Text("打开工作台", "the desk, for browsers")),
    "work": Entry("weixi.cli.work", Text("工作台的后台任务", "the desk's background jobs")),
    "desk": Entry("weixi.cli.desk", Text("工作台的组织与人员", "the tree and the people of the desk")),
    "verify": Entry("weixi.cli.verify", Text("核验每一个封存", "check every seal")),
    "lab": Entry(
        "weixi.cli.lab",
        Text("在任何一张表上做离网与增益模型", "churn or uplift on any table, beside the usual libraries"),
    ),
    "bench": Entry(
        "weixi.cli.bench",
        Text("与手写 SQL 和常见写法比快慢", "the steps beside hand-written SQL and usual scripts"),
    ),
}

TITLE = Text(
    "维系：把电信用户维系方案变成每月运转的工作",
    "weixi: a retention work plan as a monthly running operation",
)
LIST = Text("命令", "Commands")


class House(click.Group):
    """The group: commands load when called, errors leave with their own exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded now; None where there is none."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = importlib.import_module(entry.module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.command is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the call names. Raises UsageError where there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = get_close_matches(args[0], COMMANDS, n=3) or list(COMMANDS)
            raise UsageError(
                "usage.command",
                Text(f"没有命令“{args[0]}”", f"there is no command “{args[0]}”"),
                Text(f"可用：{'、'.join(close)}", f"there are: {', '.join(close)}"),
            )
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line saying what weixi is, in the caller's language."""
        formatter.write_paragraph()
        formatter.write_text(TITLE.say(_language(ctx)))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with one line each; none of them is loaded for it."""
        language = _language(ctx)
        with formatter.section(LIST.say(language)):
            formatter.write_dl([(name, entry.text.say(language)) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. An error for people is said on stderr; exit 2: the call, 1: the data."""
        try:
            return super().invoke(ctx)
        except WeixiError as fault:
            click.echo(fault.say(_language(ctx)), err=True)
            ctx.exit(2 if isinstance(fault, UsageError) else 1)
        except NoArgsIsHelpError as fault:
            click.echo(fault.format_message(), err=True)
            ctx.exit(2)
        except click.UsageError as fault:
            where = fault.ctx.command_path if fault.ctx is not None else "weixi"
            what = usage_text(fault)
            said = UsageError(
                "usage",
                Text(f"用法有误：{what.zh}", f"the call cannot be taken: {what.en}"),
                Text(f"{where} --help 列出全部选项", f"{where} --help lists every option"),
            )
            click.echo(said.say(_language(ctx)), err=True)
            ctx.exit(2)
        except OSError as fault:
            if isinstance(fault, BrokenPipeError):
                raise
            click.echo(file_fault(fault).say(_language(ctx)), err=True)
            ctx.exit(1)


def _language(ctx: click.Context) -> Language:
    # --help is answered before the other options are read, so the environment is asked here as well.
    given = ctx.params.get("lang") or os.environ.get("WEIXI_LANG")
    return Language.EN if given == Language.EN else Language.ZH


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--home",
    envvar="WEIXI_HOME",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    help="全部状态所在的目录 / the folder of all state (WEIXI_HOME) [./var]",
)
@click.option(
    "--lang",
    envvar="WEIXI_LANG",
    type=click.Choice([language.value for language in Language]),
    default=Language.ZH.value,
    is_eager=True,
    help="语言 / language (WEIXI_LANG) [zh]",
)
@click.version_option(package_name="weixi", prog_name="weixi")
@click.pass_context
def house(ctx: click.Context, home: Path, lang: str) -> None:
    """Hand every command its session."""
    session = Session(home, Language(lang))
    ctx.obj = session
    ctx.call_on_close(session.close)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. Exit codes: 0 done, 1 the data or the playbook is at fault, 2 usage."""
    house(args=arguments, prog_name="weixi")
