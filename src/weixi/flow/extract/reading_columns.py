"""What a mapping reads of a file: its expressions over the operator's columns, and the columns that they need."""

from collections.abc import Mapping, Sequence

from weixi.dialect.expression import Compiled, Scope, compile_scalar
from weixi.dialect.types import ColumnType
from weixi.flow.extract.drift import lacking_columns
from weixi.flow.extract.mapping import FeedMapping
from weixi.kernel.errors import DataError, FaultList, WeixiError
from weixi.kernel.language import Text

_RESERVED = ("row_", "in_", "work_")
"""Names that the conversion's own columns begin with."""


def expressions(feed: FeedMapping, names: Sequence[str]) -> dict[str, Compiled]:
    """Every expression of the feed, compiled over the file's columns (all text). Raises FaultList."""
    scope = Scope({name: ColumnType.VARCHAR for name in names if _nameable(name)})
    found: dict[str, Compiled] = {}
    faults: list[WeixiError] = []
    for source in feed.sources():
        if source.expression is None or source.expression in found:
            continue
        try:
            found[source.expression] = compile_scalar(source.expression, scope)
        except WeixiError as fault:
            faults.append(DataError(fault.code, fault.what, fault.remedy, where=source.where))
    if faults:
        raise FaultList(faults)
    return found


def named_columns(
    feed: FeedMapping, names: Sequence[str], compiled: Mapping[str, Compiled], before: Sequence[str] = ()
) -> list[str]:
    """The operator's columns that the mapping reads, in the file's order. Raises FaultList for those not there.

    `before` are the columns of the import before: they help to say what a missing one is called now.
    """
    wanted: dict[str, str] = {}
    for source in feed.sources():
        if source.column is not None:
            wanted.setdefault(source.column, source.where)
    told = [feed.month.column, feed.label.column if feed.label else None]
    for name in (*(feed.key or ()), *(name for name in told if name)):
        wanted.setdefault(name, feed.where)
    lacking = [name for name in wanted if name not in names]
    if lacking:
        raise lacking_columns({name: wanted[name] for name in lacking}, names, list(wanted), before)
    inside = {name for one in compiled.values() for name in one.columns}
    for name in sorted(inside & set(feed.left_out)):
        raise DataError(
            "mapping.left_out",
            Text(f"“{name}”列为不入账册，却在表达式中", f"“{name}” is left out and stands in an expression"),
            Text("去掉其中一处", "remove one of the two"),
            where=feed.where,
        )
    return [name for name in names if name in wanted or name in inside]


def _nameable(name: str) -> bool:
    """Whether an expression may name the operator's column."""
    return bool(name) and '"' not in name and not name.lower().startswith(_RESERVED)
