"""签收: who issued which version of a month's targets, and which node acknowledged it; entries only ever added."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.assessment.reason import checked_reason
from weixi.flow.assessment.tables import TARGET_ENTRY, TargetAction
from weixi.flow.cohort import TARGET, require_node, require_tree
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """One entry on a month's targets; `sheet` is the fingerprint of the sheet that was issued or signed."""

    month: int
    entry: int
    action: TargetAction
    version: int
    node_code: str
    actor: str
    happened_at: datetime
    reason: str
    sheet: str


def target_entries(store: Store, month: Month) -> list[TargetEntry]:
    """The month's entries, oldest first."""
    held = [p for p in store.partitions(TARGET_ENTRY) if p.key["month"] == month.number]
    if not held:
        return []
    names = ", ".join(TARGET_ENTRY.types)
    rows = store.rows(f"SELECT {names} FROM entry ORDER BY entry", inputs={"entry": held})
    return [TargetEntry(**{**row, "action": TargetAction(row["action"])}) for row in rows]


def acknowledge(
    store: Store, month: Month, version: int, node_code: str, *, actor: str, now: datetime, remark: str = ""
) -> Partition:
    """Enter that a node has taken note of a version of the month's targets, in the name of `actor`.

    Raises UsageError for a node that the tree lacks or that has signed this very sheet already, DataError where the
    version was never made.
    """
    sheet = store.require(TARGET, month=month.number, version=version)
    require_node(store, require_tree(store, month), node_code)
    remark = checked_reason(remark, "target", may_be_empty=True)
    for each in target_entries(store, month):
        if (
            each.action is TargetAction.ACKNOWLEDGED
            and each.node_code == node_code
            and each.sheet == sheet.fingerprint
        ):
            raise UsageError(
                "target.acknowledged",
                Text(
                    f"{node_code} 已签收 {month} 第 {version} 版（{each.actor}）",
                    f"{node_code} has acknowledged version {version} of {month} already ({each.actor})",
                ),
                Text("签收不重复登记", "an acknowledgement is entered once"),
            )
    return enter_target(
        store,
        month,
        TargetAction.ACKNOWLEDGED,
        sheet,
        node_code=node_code,
        actor=actor,
        now=now,
        reason=remark,
    )


def enter_target(
    store: Store,
    month: Month,
    action: TargetAction,
    sheet: Partition,
    *,
    node_code: str,
    actor: str,
    now: datetime,
    reason: str,
) -> Partition:
    """Add one entry to the month's ledger of targets; `now` is the moment with its zone."""
    number = 1 + sum(p.key["month"] == month.number for p in store.partitions(TARGET_ENTRY))
    row = {
        "month": month.number,
        "entry": number,
        "action": action.value,
        "version": int(sheet.key["version"]),
        "node_code": node_code,
        "actor": actor,
        "happened_at": now.astimezone(UTC).replace(tzinfo=None),
        "reason": reason,
        "sheet": sheet.fingerprint,
    }
    return store.put(
        TARGET_ENTRY,
        {"month": month.number, "entry": number},
        pa.Table.from_pylist([row]).to_batches(),
        origin=repr(row),
        seal=True,
        frozen=True,
    )
