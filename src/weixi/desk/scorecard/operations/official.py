"""Entering what the operator's analysis department says: values, and the list behind one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from posixpath import commonpath

from weixi.desk.audit.operations import record
from weixi.desk.base.book import store
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.turn import turn
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import ISSUERS
from weixi.engine import Partition
from weixi.flow.assessment import (
    OFFICIAL_LINE,
    OfficialValue,
    enter_official,
    enter_official_list,
    official_subscribers,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered: the version of the values or the revision of the list, and how many rows.

    `was_there`: the newest says just that, and nothing was written.
    """

    number: int
    rows: int
    was_there: bool


def enter_values(
    *,
    month: Month,
    values: Sequence[OfficialValue],
    reason: str,
    sight: Sight,
    actor: str,
    now: datetime,
) -> Entered:
    """Enter official values of nodes inside the person's territory; the same values again are not entered anew.

    Raises UsageError where there is none, or where one lies outside: then nothing is entered.
    """
    if not values:
        raise UsageError(
            "official.none",
            Text("没有官方值", "there is no official value"),
            Text("填一个官方值，或选一个 CSV 文件", "type one, or choose a CSV file"),
        )
    paths = []
    for value in values:
        path = path_of_node(value.node_code)
        if path is None or not sight.covers_as(path, ISSUERS):
            raise UsageError(
                "official.outside",
                Text(f"{value.node_code} 不在您的辖区", f"{value.node_code} lies outside your territory"),
                Text("删去这一行再登记", "take that row out"),
            )
        paths.append(path)
    with turn():
        made = enter_official(store(), month, values, actor=actor, now=now, reason=reason.strip())
    if made is None:
        return Entered(0, len(values), was_there=True)
    version = int(made.key["version"])
    record(
        actor_id=sight.user_id,
        act="scorecard.official",
        subject=f"official:{month}#{version}",
        detail={
            "month": str(month),
            "version": version,
            "values": len(values),
            "kpi": " ".join(sorted({value.kpi for value in values})),
        },
        now=now,
        reason=reason.strip(),
        path=_common(paths),
    )
    return Entered(version, made.manifest.rows, was_there=False)


def enter_list(*, month: Month, kpi: str, raw: bytes, where: str, sight: Sight, now: datetime) -> Entered:
    """Keep the official list behind one KPI; the operator's keys are not kept. The same list again is not kept twice.

    Raises UsageError where the person is not in charge of the whole tree: the list is everybody's.
    """
    top = tree_of(month).top
    path = path_of_node(top.code)
    if path is None or not sight.covers_as(path, ISSUERS):
        raise UsageError(
            "official.not_top",
            Text(
                f"官方清单由“{top.name}”统一登记", f"the official list is entered for the whole of {top.name}"
            ),
            Text("请把清单交给该级的策划或管理者", "give it to its planner or manager"),
        )
    listed = official_subscribers(raw, where)
    with turn():
        before = {part.fingerprint for part in _lists(month, kpi)}
        kept = enter_official_list(store(), month, kpi, listed)
    if kept.fingerprint in before:
        return Entered(kept.revision, kept.manifest.rows, was_there=True)
    record(
        actor_id=sight.user_id,
        act="scorecard.official_list",
        subject=f"official_list:{month}",
        detail={"month": str(month), "kpi": kpi, "revision": kept.revision, "rows": kept.manifest.rows},
        now=now,
        path=path,
    )
    return Entered(kept.revision, kept.manifest.rows, was_there=False)


def _lists(month: Month, kpi: str) -> list[Partition]:
    current = store().current(OFFICIAL_LINE, month=month.number, kpi=kpi)
    return [current] if current is not None else []


def _common(paths: Sequence[str]) -> str:
    """The longest subtree that holds all of the paths."""
    return f"{commonpath(list(paths))}/"
