"""The wide row: one subscriber with the value and the cost of every offer."""

from collections.abc import Sequence

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.decision.allocation.problem import Choice


def wide_table(offers: Sequence[Choice]) -> Table:
    """The table of the rows to allocate over these offers, place 0 first.

    A null value says that the subscriber may not have the offer. Who must be left alone has no other value than that
    of place 0; who must be covered has none there.
    """
    places = range(len(offers))
    return Table(
        name="allocation_row",
        grain="one subscriber whose offer is to be chosen",
        partition=("month",),
        key=("subscriber_id",),
        columns=(
            C("subscriber_id", T.BIGINT, "the line", required=True, minimum=0),
            C(
                "cell",
                T.INTEGER,
                "rows of one cell take part in the same limits; from 0",
                required=True,
                minimum=0,
            ),
            C("is_holdout", T.BOOLEAN, "drawn into the hold-out: takes no part", required=True),
            C("risk", T.DOUBLE, "chance of leaving without an offer, 0–1", required=True),
            C("worth_fen", T.BIGINT, "value kept where the subscriber stays, fen", required=True),
            *(C(f"value_{k}", T.INTEGER, f"value of offer {k}, fen; null: not eligible") for k in places),
            *(C(f"cost_{k}", T.INTEGER, f"what offer {k} costs, fen") for k in places[1:]),
        ),
    )


ALLOCATION = Table(
    name="allocation",
    grain="one subscriber and the offer chosen for it within the limits; the hold-out has no row",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "the line", required=True),
        C("cell", T.INTEGER, "its cell", required=True),
        C("choice", T.INTEGER, "the offer's place; 0: no contact", required=True, minimum=0),
        C("value_fen", T.INTEGER, "its value, fen", required=True),
        C("cost_fen", T.INTEGER, "its cost, fen", required=True),
    ),
)
