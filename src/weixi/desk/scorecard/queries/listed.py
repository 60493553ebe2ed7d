"""Lists of subscribers and tasks: numbers masked, cut to a node and to the viewer's territory of today."""

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.base.book import playbook
from weixi.desk.org.queries import paths_of_nodes
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.figure import withheld
from weixi.flow.assessment import Listing
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True)
class Cut:
    """The part of a list that a viewer may see; `elsewhere` of its rows belong to other units today."""

    listing: Listing
    elsewhere: int

    @property
    def table(self) -> pa.Table:
        """The rows."""
        return self.listing.table


def masked(listing: Listing) -> Listing:
    """The list with its numbers masked: what is kept holds no other."""
    numbers = [mask_number(number) if number else None for number in listing.table["msisdn"].to_pylist()]
    place = listing.table.schema.get_field_index("msisdn")
    return replace(listing, table=listing.table.set_column(place, "msisdn", pa.array(numbers, pa.string())))


def cut(listing: Listing, month: Month, code: str, territory: tuple[str, ...]) -> Cut:
    """The rows that counted at the node in that month and lie in the territory today."""
    codes = pa.array(sorted(tree_of(month).below(code)), pa.string())
    here = listing.table.filter(pc.is_in(listing.table["node_code"], value_set=codes))
    return inside(replace(listing, table=here), territory)


def inside(listing: Listing, territory: tuple[str, ...]) -> Cut:
    """The rows whose unit lies in the territory today: units that moved since take their lists with them."""
    table = listing.table
    codes = [code for code in pc.unique(table["node_code"]).to_pylist() if code is not None]
    moved = withheld(paths_of_nodes(codes), codes, territory)
    if moved:
        gone = pc.is_in(table["node_code"], value_set=pa.array(sorted(moved), pa.string()))
        table = table.filter(pc.invert(gone))
    words = {**listing.words}
    if "kind" in listing.headings:
        words["kind"] = {rule.code: rule.text for rule in playbook().warnings}
    return Cut(replace(listing, table=table, words=words), listing.table.num_rows - table.num_rows)


def word(listing: Listing, column: str, code: object) -> Text | None:
    """What a code of a column says; None: nothing stands there."""
    if code is None:
        return None
    name = str(code).lower() if isinstance(code, bool) else str(code)
    return listing.words.get(column, {}).get(name, Text(name, name))
