"""What every room of `weixi kpi` asks for: the month, the acting person, rates for people and programs."""

import getpass
from datetime import UTC, datetime
from fractions import Fraction

import click

from weixi.cli.session import Session
from weixi.flow.assessment import SCORECARD, show
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

MONTH = click.option(
    "--month", help="月份，如 2025-06；缺省为最近算过的月份 / the month; default: the latest"
)
BY = click.option(
    "--by",
    "level",
    type=click.Choice([level.lower() for level in OrgLevel]),
    default="county",
    show_default=True,
    help="按哪一级列出 / the level of the tree to list",
)
ACTOR = click.option("--actor", help="登记人，缺省为系统用户 / who enters it; default: the system's user")


def chosen_month(session: Session, month: str | None) -> Month:
    """The month named, else the latest assessed one. Raises DataError where none was assessed."""
    if month:
        return Month.parse(month)
    nothing = Text("还没有任何月份的指标", "no month has KPIs yet")
    return session.latest(SCORECARD, "kpi.none", nothing, Text("先运行 weixi run", "run weixi run first"))


def acting(actor: str | None) -> tuple[str, datetime]:
    """Who enters something, and when."""
    return actor or getpass.getuser(), datetime.now(UTC)


def points(difference: Fraction | None, digits: int = 2) -> str:
    """A difference of two rates in percentage points, signed: `+1.80`, `−10.33`; `—` where there is none."""
    if difference is None:
        return "—"
    shown = show(abs(difference), digits).removesuffix(" %")
    return f"{'−' if difference < 0 else '+'}{shown}" if difference else shown


def rate_plain(rate: Fraction | None) -> float | None:
    """A rate for programs."""
    return None if rate is None else float(rate)
