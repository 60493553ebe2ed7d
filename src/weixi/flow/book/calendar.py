"""Which months a table of the store holds, for steps and for messages."""

from weixi.engine import Partition, Store, Table
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_NAMED = 6


def months_of(store: Store, table: Table) -> list[Month]:
    """The months of the table's partitions, in order."""
    return sorted({Month.from_number(int(partition.key["month"])) for partition in store.partitions(table)})


def require_month(store: Store, table: Table, month: Month, what: Text, remedy: Text) -> Partition:
    """The table's partition of that month. Raises DataError in those words, with the months that are there."""
    found = store.current(table, month=month.number)
    if found is not None:
        return found
    there = [str(each) for each in months_of(store, table)]
    shown = ["…", *there[-_NAMED:]] if len(there) > _NAMED else there
    raise DataError(
        f"{table.name}.no_month",
        what,
        Text(
            f"{remedy.zh}；已有的月份：{'、'.join(shown) or '无'}",
            f"{remedy.en}; months there: {', '.join(shown) or 'none'}",
        ),
    )
