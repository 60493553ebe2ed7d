"""Which month and playbook `weixi label` means: what its commands share."""

import click

from weixi.cli.options import playbook_option
from weixi.cli.session import Session
from weixi.flow.run import DEFAULT_PLAYBOOKS
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MONTH = click.option(
    "--month", help="月份；缺省为最近打过标签的月份 / the month; default: the latest labelled"
)
PLAYBOOK = playbook_option(DEFAULT_PLAYBOOKS)


def chosen_month(session: Session, month: str | None) -> Month:
    """The month given, or the latest with labels. Raises DataError where none has any."""
    if month:
        return Month.parse(month)
    nothing = Text("还没有任何月份打过标签", "no month has labels yet")
    return session.latest(LABEL, "label.none", nothing, Text("先运行 weixi run", "run weixi run first"))
