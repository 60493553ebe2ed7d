"""What the month's tables say of one line: the values that an explanation is filled with."""

from collections.abc import Mapping
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Store, Table
from weixi.flow.segment import LABELLED_COLUMNS, labelled_inputs, labelled_pieces
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

Row = Mapping[str, Any]


def facts(store: Store, playbook: Playbook, month: Month, subscriber_id: int) -> Row:
    """The line's labelled row, with `silence_n` for each silence and `reason_w_r` for each warning's reasons.

    Raises UsageError where the book of `month` has no such line.
    """
    pieces = Pipeline()
    labelled_pieces(pieces)
    tests = [f"({silence.sql}) AS silence_{k}" for k, silence in enumerate(playbook.silences)]
    tests += [
        f"({reason.sql}) AS reason_{w}_{r}"
        for w, rule in enumerate(playbook.warnings)
        for r, reason in enumerate(rule.reasons)
    ]
    rows = store.rows(
        pieces.text(
            f"SELECT {', '.join([*LABELLED_COLUMNS, *tests])} FROM labelled WHERE subscriber_id = $subscriber"
        ),
        inputs=labelled_inputs(store, month),
        parameters={"as_of": month.last, "subscriber": subscriber_id},
    )
    if not rows:
        raise UsageError(
            "plan.no_subscriber",
            Text(
                f"{month} 的账册里没有用户 {subscriber_id}",
                f"the book of {month} has no subscriber {subscriber_id}",
            ),
            Text("核对编号", "check the id"),
        )
    return rows[0]


def one(store: Store, table: Table, month: Month, test: str, value: int | str) -> Row | None:
    """The first row of the month's partition for which `test` holds with the bound `$value`; None without one."""
    rows = store.rows(
        f"SELECT {', '.join(table.types)} FROM found WHERE {test}",
        inputs={"found": store.require(table, month=month.number)},
        parameters={"value": value},
    )
    return rows[0] if rows else None
