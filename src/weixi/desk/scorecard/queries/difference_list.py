"""Two calibres down to the subscriber: what each line or task contributes to their difference."""

from dataclasses import dataclass
from fractions import Fraction

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.branch import branch_of
from weixi.desk.scorecard.queries.listed import inside, masked
from weixi.desk.scorecard.queries.month import MonthChoice, choose_month
from weixi.desk.scorecard.rules.figure import MOST_COMPARED
from weixi.flow.assessment import Branch, Calibre, Listing, explain_subscribers, find_calibre
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True)
class DifferenceList:
    """Every line or task that either calibre counts, largest contribution first; a row's share ÷ `over` is in points.

    `elsewhere` rows belong to other units today and are not among the rows.
    """

    choice: MonthChoice
    branch: Branch
    first: Calibre
    second: Calibre
    apart: Fraction
    over: int
    listing: Listing
    elsewhere: int


def difference_list(
    *, territory: tuple[str, ...], code: str, first: str, second: str, month: str = ""
) -> DifferenceList:
    """The list at the node, cut by the territory of today. Reads the lines: seconds at a county of a million.

    Raises UsageError where a calibre is not there, they count different things or too many, DataError where one cannot
    be computed.
    """
    choice = choose_month(month)
    branch = branch_of(choice, code)
    one, two = find_calibre(first), find_calibre(second)
    counted = [branch.values[each.id].denominator for each in (one, two) if each.id in branch.values]
    if max(counted, default=0) > MOST_COMPARED:
        raise UsageError(
            "cockpit.large",
            Text(
                f"这个单位有 {max(counted):,} 户，逐户清单太大",
                f"the unit counts {max(counted):,} lines: too many for a list",
            ),
            Text("到下级单位导出", "export it at the units below"),
            where=code,
        )
    found = explain_subscribers(store(), choice.month, one, two, code)
    seen = inside(masked(found.listing), territory)
    return DifferenceList(
        choice=choice,
        branch=branch,
        first=one,
        second=two,
        apart=found.difference,
        over=found.over,
        listing=seen.listing,
        elsewhere=seen.elsewhere,
    )
