"""Lists of the whole tree, numbers masked, cut to one node: computed once for each state of the data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.base.book import playbook, store
from weixi.desk.scorecard.queries.standing import card_of
from weixi.flow.assessment import KPI, Listing
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import require_tree
from weixi.flow.decision import harmless
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text
from weixi.kernel.period import Month

Say = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list ready for a file: its headings, and its rows as people read them."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def prints_of(month: Month) -> tuple[str, ...]:
    """The names of everything that a list of the month is made from; erased identities are another state too."""
    parts = [card_of(month), store().require(KPI, month=month.number), require_tree(store(), month)]
    return (str(store().home), *(p.fingerprint for p in [*parts, *store().partitions(IDENTITY)]))


def masked(listing: Listing) -> Listing:
    """The list with its numbers masked and the codes of warnings in words."""
    numbers = [mask_number(number) if number else None for number in listing.table["msisdn"].to_pylist()]
    place = listing.table.schema.get_field_index("msisdn")
    table = listing.table.set_column(place, "msisdn", pa.array(numbers, pa.string()))
    names = {rule.code: rule.text for rule in playbook().warnings} if "kind" in listing.headings else {}
    return replace(listing, table=table, words={**listing.words, **({"kind": names} if names else {})})


def cut(listing: Listing, codes: frozenset[str]) -> Listing:
    """The rows that count at one of the nodes."""
    wanted = pc.is_in(listing.table["node_code"], value_set=pa.array(sorted(codes), pa.string()))
    return replace(listing, table=listing.table.filter(wanted))


def word(listing: Listing, column: str, code: object) -> Text | None:
    """What a code of a column says; None: nothing stands there."""
    if code is None:
        return None
    return listing.words.get(column, {}).get(str(code), Text(str(code), str(code)))


def sheet(name: str, listing: Listing, say: Say, leave: Sequence[str] = ()) -> Sheet:
    """The whole list for a file: words for codes, money in yuan, no cell that a spreadsheet takes for a formula."""
    columns = [column for column in listing.headings if column not in leave]
    rows = (
        tuple(harmless(_cell(listing.words, row, column, say)) for column in columns)
        for batch in listing.table.to_batches(max_chunksize=10_000)
        for row in batch.to_pylist()
    )
    return Sheet(name, tuple(say(listing.headings[column]) for column in columns), tuple(rows))


def _cell(words: Mapping[str, Mapping[str, Text]], row: Mapping[str, Any], column: str, say: Say) -> str:
    value = row[column]
    if value is None:
        return ""
    if column in words:
        return say(words[column].get(str(value), Text(str(value), str(value))))
    if column.endswith("_fen"):
        return yuan(value)
    return str(value)


def yuan(fen: int) -> str:
    """An amount in yuan with its fen: `12.50`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
