"""五分交叉表: how many lines hold each combination of the five labels, and how lines move between months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.segment.tables import DIMENSIONS, LABEL
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of the five labels and how many lines hold it."""

    grade: str
    band: str
    stage: str
    cluster: str
    category: str
    line_count: int


@dataclass(frozen=True, slots=True)
class CrossTable:
    """One month's lines by all five labels; `base_count` is the number of rows in the month's book."""

    cells: tuple[Cell, ...]
    base_count: int

    @property
    def total(self) -> int:
        """The sum of all cells; equal to the base, or lines are missing their labels."""
        return sum(cell.line_count for cell in self.cells)

    @property
    def unclassified_count(self) -> int:
        """Lines of the book without labels; always 0 for a month that was labelled as it stands."""
        return self.base_count - self.total

    def by(self, *dimensions: str) -> Mapping[tuple[str, ...], int]:
        """The counts summed over every dimension not named: `by("grade", "band")` is the grade × band table."""
        _known(dimensions)
        sums: dict[tuple[str, ...], int] = {}
        for cell in self.cells:
            key = tuple(str(getattr(cell, name)) for name in dimensions)
            sums[key] = sums.get(key, 0) + cell.line_count
        return dict(sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Move:
    """How many lines held `before` last month and `after` this month; None: no row in that month."""

    before: str | None
    after: str | None
    line_count: int


@dataclass(frozen=True, slots=True)
class LabelMonth:
    """One line's labels in one month; `rule_grade` and `pending_months` as in LABEL."""

    month: int
    grade: str
    band: str
    stage: str
    cluster: str
    category: str
    rule_grade: str
    pending_months: int


def cross_table(store: Store, month: Month) -> CrossTable:
    """The five-way cross table of a labelled month."""
    names = ", ".join(DIMENSIONS)
    found = store.rows(
        f"""SELECT {names}, CAST(count(*) AS BIGINT) AS line_count
        FROM label GROUP BY {names} ORDER BY {names}""",
        inputs={"label": store.require(LABEL, month=month.number)},
    )
    base = store.require(SUBSCRIBER_MONTH, month=month.number)
    return CrossTable(tuple(Cell(**row) for row in found), base.manifest.rows)


def moves(store: Store, month: Month, dimension: str) -> list[Move]:
    """The matrix of one label, the month before by this month; its row and column sums are the two months' bases.

    Raises UsageError for a label that does not exist, DataError where one of the months has no labels.
    """
    _known([dimension])
    found = store.rows(
        f"""SELECT b.{dimension} AS before, a.{dimension} AS after, CAST(count(*) AS BIGINT) AS line_count
        FROM label_before b FULL JOIN label_after a ON a.subscriber_id = b.subscriber_id
        GROUP BY b.{dimension}, a.{dimension}
        ORDER BY b.{dimension} NULLS LAST, a.{dimension} NULLS LAST""",
        inputs={
            "label_before": store.require(LABEL, month=month.plus(-1).number),
            "label_after": store.require(LABEL, month=month.number),
        },
    )
    return [Move(**row) for row in found]


def label_history(store: Store, subscriber_id: int) -> list[LabelMonth]:
    """One line's labels in every month that has them, oldest first."""
    inputs = {f"label_{p.key['month']}": p for p in store.partitions(LABEL)}
    if not inputs:
        return []
    names = ", ".join((*DIMENSIONS, "rule_grade", "pending_months"))
    text = "\nUNION ALL ".join(
        f"SELECT {view.removeprefix('label_')} AS month, {names} FROM {view} WHERE subscriber_id = $subscriber_id"
        for view in inputs
    )
    found = store.rows(text, inputs=inputs, parameters={"subscriber_id": subscriber_id})
    return sorted((LabelMonth(**row) for row in found), key=lambda row: row.month)


def _known(dimensions: Sequence[str]) -> None:
    for name in dimensions:
        if name not in DIMENSIONS:
            raise UsageError(
                "segment.dimension",
                Text(f"五分中没有“{name}”", f"there is no label “{name}”"),
                Text(f"可选：{'、'.join(DIMENSIONS)}", f"choose from: {', '.join(DIMENSIONS)}"),
            )
