"""One node's figures of a month and their course, kept in the process by the partitions that they rest on."""

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.scorecard.queries.month import MonthChoice
from weixi.flow.assessment import Branch, Calibre, KpiValue, Step, read_branch, read_course, read_history
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_branches: Kept[Branch | None] = Kept(512)
_courses: Kept[tuple[Step, ...]] = Kept(512)
History = dict[tuple[str, Month], KpiValue]
"""(calibre id, month) → value."""

_histories: Kept[History] = Kept(512)


def branch_of(choice: MonthChoice, code: str) -> Branch:
    """The node's figures of that month. Raises DataError where the month's tree had no such node."""
    month = choice.month
    found = _branches.get((*choice.key, code), lambda: read_branch(store(), month, code))
    if found is None:
        raise DataError(
            "cockpit.no_node",
            Text(
                f"{month} 的组织树里没有这个单位，所以没有它的指标",
                f"the tree of {month} has no such unit: it has no figures",
            ),
            Text("换一个月份，或看它的上级单位", "choose another month, or look at the unit above it"),
            where=code,
        )
    return found


def course_of(choice: MonthChoice, code: str) -> tuple[Step, ...]:
    """The node's assessed KPIs over the months up to the chosen one."""
    return _courses.get((*choice.course_key, code), lambda: read_course(store(), choice.course, code))


def history_of(choice: MonthChoice, code: str, calibres: tuple[Calibre, ...]) -> History:
    """The node's values in those calibres over the months up to the chosen one."""
    names = tuple(calibre.id for calibre in calibres)
    key = (*choice.course_key, code, names)
    return _histories.get(key, lambda: read_history(store(), choice.course, code, calibres))
