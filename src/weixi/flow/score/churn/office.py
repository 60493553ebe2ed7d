"""Who scores: the recipe that a person named, else the one that the last contest put in office, else the simplest.

Contests are held by a later step; their result comes back as a table.
"""

from dataclasses import dataclass, replace

from weixi.engine import Partition, Store, Table
from weixi.flow.score.churn.recipe import FIRST, RECIPES, members_of
from weixi.flow.score.churn.tables import PROMOTION, RULING, Ruling
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term


class Appointed(Term):
    """By what a recipe is in office."""

    FIRST = "FIRST", "尚未比试，用最简单的", "no contest yet: the simplest"
    CONTEST = "CONTEST", "比试胜出或留任", "by the contest"
    PERSON = "PERSON", "人工指定", "named by a person"
    FALLBACK = (
        "FALLBACK",
        "选定的模型要装 CatBoost，本机没有，暂用最简单的",
        "the recipe chosen needs CatBoost, which is not installed: the simplest meanwhile",
    )


@dataclass(frozen=True, slots=True)
class Office:
    """The recipe that scores a month, by what it is there, and since which month's word (None: from the start)."""

    recipe: str
    appointed: Appointed
    since: Month | None
    reason: str = ""


def office_of(store: Store, month: Month) -> Office:
    """Who scores `month`: decided by months before it alone; the simplest where nothing of that recipe is installed.

    Raises DataError for a recipe that is not known.
    """
    office = _chosen(store, month)
    return (
        office if members_of(office.recipe) else replace(office, recipe=FIRST, appointed=Appointed.FALLBACK)
    )


def _chosen(store: Store, month: Month) -> Office:
    """The same whatever is installed."""
    ruling = _last(store, RULING, month)
    if ruling is not None:
        [row] = store.rows("SELECT ruling, recipe, reason FROM said", inputs={"said": ruling})
        if row["ruling"] == Ruling.KEEP:
            return Office(_known(row["recipe"]), Appointed.PERSON, _month(ruling), str(row["reason"]))
    contest = _last(store, PROMOTION, month)
    if contest is None:
        return Office(FIRST, Appointed.FIRST, None)
    [row] = store.rows("SELECT max(in_office) AS recipe FROM held", inputs={"held": contest})
    return Office(_known(row["recipe"]), Appointed.CONTEST, _month(contest))


def _last(store: Store, table: Table, month: Month) -> Partition | None:
    earlier = [p for p in store.partitions(table) if int(p.key["month"]) < month.number]
    return max(earlier, key=lambda p: int(p.key["month"]), default=None)


def _month(partition: Partition) -> Month:
    return Month.from_number(int(partition.key["month"]))


def _known(recipe: str) -> str:
    if recipe not in RECIPES:
        said = "、".join(RECIPES)
        raise DataError(
            "score.recipe",
            Text(f"没有模型“{recipe}”", f"there is no recipe {recipe}"),
            Text(f"可用：{said}", f"there are: {', '.join(RECIPES)}"),
        )
    return recipe
