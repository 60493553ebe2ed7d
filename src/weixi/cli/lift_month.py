"""The month that the commands of lift are asked about."""

from weixi.cli.month_choice import data_month
from weixi.cli.session import Session
from weixi.flow.outcome import OUTCOME
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def lift_month(session: Session, named: str | None) -> Month:
    """The month named, else the last one whose plan has come to its end. Raises DataError as `data_month` does."""
    nothing = Text("还没有执行完的计划", "no plan has come to its end yet")
    remedy = Text("先运行 weixi run", "run weixi run first")
    return data_month(session, named, OUTCOME, "lift.none", nothing, remedy)
