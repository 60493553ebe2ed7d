"""剔除申诉 and later suspects: entries that take a subscriber out of both sides of a KPI; the sealed figure stays.

The ledger is append-only. An entry holds from its month to the end of the year that month is assessed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.assessment.reason import checked_reason
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.tables import CORRECTION, LINE_STATE, CorrectionAction
from weixi.flow.book import months_of
from weixi.flow.cohort import require_node, require_tree
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Correction:
    """One subscriber in one entry of the ledger."""

    month: int
    entry: int
    case_entry: int
    action: CorrectionAction
    subscriber_id: int
    node_code: str
    actor: str
    happened_at: datetime
    reason: str

    @property
    def case(self) -> str:
        """The case for people: `2025-03#1`."""
        return f"{Month.from_number(self.month)}#{self.case_entry}"


def corrections(store: Store, month: Month) -> list[Partition]:
    """The entries that hold for the assessed month, oldest first: its own and those of earlier months of its year."""
    held = [
        p
        for p in store.partitions(CORRECTION)
        if Month.of(month.year, 1).number <= int(p.key["month"]) <= month.number
    ]
    return sorted(held, key=lambda p: (int(p.key["month"]), int(p.key["entry"])))


def correction_entries(store: Store, month: Month) -> list[Correction]:
    """The same, row by row."""
    held = corrections(store, month)
    if not held:
        return []
    names = ", ".join(CORRECTION.types)
    rows = store.rows(
        f"SELECT {names} FROM entry ORDER BY month, entry, subscriber_id", inputs={"entry": held}
    )
    return [Correction(**{**row, "action": CorrectionAction(row["action"])}) for row in rows]


def file_appeal(
    store: Store,
    month: Month,
    subscribers: Sequence[int],
    *,
    node_code: str,
    evidence: str,
    actor: str,
    now: datetime,
) -> Partition:
    """Enter an appeal for subscribers to be left out from `month` on; nothing changes before it is accepted.

    Raises UsageError for an unknown node, evidence that names a person by number, or a subscriber whose case is open,
    DataError where the month was never assessed.
    """
    require_assessed(store, LINE_STATE, month)
    if node_code:
        require_node(store, require_tree(store, month), node_code)
    waiting = {each.subscriber_id: each for each in open_appeals(store, month)}
    for subscriber in subscribers:
        if subscriber in waiting:
            raise UsageError(
                "appeal.open",
                Text(
                    f"用户 {subscriber} 的申诉 {waiting[subscriber].case} 还未裁定",
                    f"the appeal {waiting[subscriber].case} of subscriber {subscriber} is not decided yet",
                ),
                Text("先裁定：weixi kpi decide", "decide it first: weixi kpi decide"),
            )
    return _enter(store, month, CorrectionAction.FILED, subscribers, 0, node_code, actor, now, evidence)


def decide_appeal(
    store: Store, month: Month, case_entry: int, *, accept: bool, why: str, actor: str, now: datetime
) -> Partition:
    """Enter the decision on the appeal that is entry `case_entry` of `month`; a later decision replaces it.

    Raises UsageError where that entry is no appeal, or where the same was decided last.
    """
    entries = [each for each in correction_entries(store, month) if each.month == month.number]
    filed = [e for e in entries if e.entry == case_entry and e.action is CorrectionAction.FILED]
    if not filed:
        there = "、".join(sorted({e.case for e in entries if e.action is CorrectionAction.FILED}))
        raise UsageError(
            "appeal.none",
            Text(f"没有申诉 {month}#{case_entry}", f"there is no appeal {month}#{case_entry}"),
            Text(f"已有的申诉：{there or '无'}", f"appeals there: {there or 'none'}"),
        )
    action = CorrectionAction.ACCEPTED if accept else CorrectionAction.REJECTED
    decided = [e for e in entries if e.case_entry == case_entry and e.entry != case_entry]
    if decided and decided[-1].action is action:
        raise UsageError(
            "appeal.decided",
            Text(
                f"{month}#{case_entry} 已裁定：{action.text.zh}",
                f"{month}#{case_entry}: {action.text.en} already",
            ),
            Text("改判时给出相反的裁定", "to change it, decide the other way"),
        )
    subscribers = [each.subscriber_id for each in filed]
    return _enter(store, month, action, subscribers, case_entry, filed[0].node_code, actor, now, why)


def open_appeals(store: Store, month: Month) -> list[Correction]:
    """The appeals that hold for the month and that nobody has decided."""
    entries = correction_entries(store, month)
    decided = {(e.month, e.case_entry) for e in entries if e.action is not CorrectionAction.FILED}
    return [
        e for e in entries if e.action is CorrectionAction.FILED and (e.month, e.case_entry) not in decided
    ]


def enter_suspects(store: Store, year: int, *, actor: str, now: datetime) -> Partition | None:
    """Enter every line that a later month of the year confirms as suspect while an earlier one counted it.

    The entry holds from the year's first assessed month, so that each stated month is restated without those lines.
    None where there is nobody new. Raises DataError where no month of the year was assessed.
    """
    months = [month for month in months_of(store, LINE_STATE) if month.year == year]
    if not months:
        require_assessed(store, LINE_STATE, Month.of(year, 1))
    known = {
        each.subscriber_id
        for each in correction_entries(store, Month.of(year, 12))
        if each.action is CorrectionAction.SUSPECT
    }
    states = [store.require(LINE_STATE, month=month.number) for month in months]
    rows = store.rows(
        """SELECT subscriber_id FROM line GROUP BY subscriber_id
HAVING max(CASE WHEN is_suspect THEN 1 ELSE 0 END) = 1
  AND max(CASE WHEN is_counted AND NOT is_suspect THEN 1 ELSE 0 END) = 1
ORDER BY subscriber_id""",
        inputs={"line": states},
    )
    fresh = [row["subscriber_id"] for row in rows if row["subscriber_id"] not in known]
    if not fresh:
        return None
    last = max(months)
    return _enter(
        store, min(months), CorrectionAction.SUSPECT, fresh, 0, "", actor, now, f"suspect_level = 2 ({last})"
    )


def _enter(
    store: Store,
    month: Month,
    action: CorrectionAction,
    subscribers: Sequence[int],
    case_entry: int,
    node_code: str,
    actor: str,
    now: datetime,
    reason: str,
) -> Partition:
    reason = checked_reason(reason, "correction")
    number = 1 + sum(p.key["month"] == month.number for p in store.partitions(CORRECTION))
    rows = [
        {
            "month": month.number,
            "entry": number,
            "case_entry": case_entry or number,
            "action": action.value,
            "subscriber_id": subscriber,
            "node_code": node_code,
            "actor": actor,
            "happened_at": now.astimezone(UTC).replace(tzinfo=None),
            "reason": reason,
        }
        for subscriber in sorted(set(subscribers))
    ]
    return store.put(
        CORRECTION,
        {"month": month.number, "entry": number},
        pa.Table.from_pylist(rows).to_batches(),
        origin=f"{action} {actor} {now.isoformat()} {reason} {rows}",
        seal=True,
        frozen=True,
    )
