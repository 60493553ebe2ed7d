"""Whether a mapping takes enough of an operator's files to be an import at all."""

from weixi.flow.extract.feeds import LINE_COLUMNS
from weixi.flow.extract.mapping import FeedMapping, OperatorMapping
from weixi.flow.extract.tables import FeedName
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

LEAST = 3
"""Columns of the book that files without a key must fill: fewer say nothing of anybody."""

_OF_LINES = frozenset(column.name for column in LINE_COLUMNS)


def require_recognised(mapping: OperatorMapping, where: str) -> None:
    """Raises DataError where the mapping reads nothing about lines from the files, or next to nothing and no key.

    What a mapping fills with constants alone is true of any file, a menu as well: it would make subscribers of it.
    """
    feed = mapping.feeds.get(FeedName.SUBSCRIBER)
    if feed is None:
        return
    read = len(_read(feed))
    if read >= (LEAST if feed.key == () else 1):
        return
    no_key = feed.key == ()
    raise DataError(
        "extract.not_recognised",
        Text(
            f"不像电信用户表，没有导入：{'没有主键列（用户编号），' if no_key else ''}"
            f"账册要用的列只认出 {read} 列{f'（至少要 {LEAST} 列）' if no_key and read else ''}",
            f"this does not look like a table of subscribers and is not imported: "
            f"{'no key column, ' if no_key else ''}columns of the book recognised: {read}"
            f"{f' (at least {LEAST})' if no_key and read else ''}",
        ),
        Text(
            "核对是不是选错了文件；确是用户表时，在映射里指明哪一列是用户编号、状态、账单和套餐，再导入",
            "see whether it is the right file; if it is one of subscribers, say in the mapping which columns are "
            "their key, state, bill and plan, then import it",
        ),
        where=where,
    )


def _read(feed: FeedMapping) -> frozenset[str]:
    """The columns of lines that are read from the files."""
    found = {
        source.target.name
        for source in feed.sources()
        if source.column is not None or source.expression is not None
    }
    return frozenset(found & _OF_LINES)
