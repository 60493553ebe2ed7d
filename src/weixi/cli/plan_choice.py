"""Which plan a command means: the options that `weixi plan` and what hangs under it share."""

import click

from weixi.cli.options import playbook_option
from weixi.cli.session import Session
from weixi.flow.decision import PLAN
from weixi.flow.run import DEFAULT_PLAYBOOKS
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MONTH = click.option(
    "--month", help="计划月份，如 2025-07；缺省为最近的计划 / the plan's month; default: the latest plan"
)
PLAYBOOK = playbook_option(
    DEFAULT_PLAYBOOKS, "做计划所用的方案 / the playbook that made the plan, repeatable"
)


def chosen_month(session: Session, month: str | None) -> Month:
    """The month given, or that of the latest plan. Raises DataError where there is no plan yet."""
    if month is not None:
        return Month.parse(month)
    nothing = Text("还没有任何计划", "there is no plan yet")
    return session.latest(PLAN, "plan.none", nothing, Text("先运行 weixi run", "run weixi run first"))
