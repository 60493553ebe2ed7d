"""The month that the commands of lift show when none is named."""

from weixi.cli.session import Session
from weixi.flow.outcome import OUTCOME
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def latest_month(session: Session) -> Month:
    """The last month whose plan has come to its end. Raises DataError where there is none."""
    nothing = Text("还没有执行完的计划", "no plan has come to its end yet")
    return session.latest(OUTCOME, "lift.none", nothing, Text("先运行 weixi run", "run weixi run first"))
