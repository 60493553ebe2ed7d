"""Issuing a month's targets, and signing for them: each is an entry of the store's ledger and of the audit."""

from dataclasses import dataclass
from datetime import datetime

from weixi.desk.audit.operations import record
from weixi.desk.base.book import playbook, store
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.turn import turn
from weixi.desk.scorecard.queries.target import sheet_of
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import ISSUERS
from weixi.desk.scorecard.rules.target import Typed
from weixi.flow.assessment import (
    Order,
    SheetVersion,
    WhatIf,
    acknowledge,
    issue_targets,
    sheet_versions,
    what_if,
)
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Issued:
    """The version that an issue made; `was_there`: the newest one says just that, and nothing was written."""

    version: int
    was_there: bool


def try_targets(*, month: Month, typed: Typed, sight: Sight, actor: str, now: datetime) -> WhatIf:
    """What the issue would change; nothing is written. Raises as `issue` does, but for a missing reason."""
    _require_top(month, sight)
    return what_if(store(), playbook(), _order(month, typed, "试算", actor, now))


def issue(*, month: Month, typed: Typed, reason: str, sight: Sight, actor: str, now: datetime) -> Issued:
    """Issue the next version of the month's targets for the whole tree; the very same order again is the same version.

    Raises UsageError where the person is not in charge of the whole tree, or for what cannot be issued.
    """
    top = _require_top(month, sight)
    with turn():
        newest = _newest(month)
        if newest is not None and _says(newest, typed, reason, actor):
            return Issued(newest.version, was_there=True)
        issue_targets(store(), playbook(), _order(month, typed, reason, actor, now))
        made = sheet_of(month, None).version
    record(
        actor_id=sight.user_id,
        act="scorecard.issue_targets",
        subject=f"target:{month}#{made.version}",
        detail={
            "month": str(month),
            "version": made.version,
            "split": typed.split.value,
            "given": " ".join(made.given),
        },
        now=now,
        reason=made.reason,
        path=top,
    )
    return Issued(made.version, was_there=False)


def sign(
    *, month: Month, version: int, code: str, remark: str, sight: Sight, actor: str, now: datetime
) -> bool:
    """Sign for a version in the name of the node; False where the same person has signed it before.

    Raises UsageError where somebody else has, DataError where the version was never made.
    """
    with turn():
        sheet = sheet_of(month, version).version
        before = sheet.acknowledged.get(code)
        if before is not None and before.actor == actor:
            return False
        acknowledge(store(), month, version, code, actor=actor, now=now, remark=remark)
    record(
        actor_id=sight.user_id,
        act="scorecard.acknowledge",
        subject=f"target:{month}#{version}",
        detail={"month": str(month), "version": version, "node": code},
        now=now,
        reason=remark.strip(),
        path=path_of_node(code) or "",
    )
    return True


def _require_top(month: Month, sight: Sight) -> str:
    """The path of the tree's top. Raises UsageError where the person does not issue for the whole tree."""
    top = tree_of(month).top
    path = path_of_node(top.code)
    if path is None or not sight.covers_as(path, ISSUERS):
        raise UsageError(
            "target.not_top",
            Text(
                f"指标由“{top.name}”统一下达并分解到各级", f"targets are issued for the whole of {top.name}"
            ),
            Text(
                "请该级的策划或管理者下达；本单位可在指标页签收",
                "its planner or manager issues them; your unit signs for them on its page",
            ),
        )
    return path


def _newest(month: Month) -> SheetVersion | None:
    try:
        return sheet_versions(store(), month)[-1]
    except DataError:
        return None


def _says(sheet: SheetVersion, typed: Typed, reason: str, actor: str) -> bool:
    """Whether the version was issued by that very order: a form that was sent twice."""
    if (sheet.reason, sheet.actor) != (reason.strip(), actor) or sheet.version < 2:
        return False
    ways = all(split is typed.splits.get(kpi, typed.split) for kpi, split in sheet.splits.items())
    rates = all(
        sheet.rates.get(kpi) == str(rate) for kpi, rate in typed.rates.items() if kpi not in typed.totals
    )
    totals = all(sheet.totals.get(kpi) == total for kpi, total in typed.totals.items())
    return ways and rates and totals and set(sheet.given) == {*typed.rates, *typed.totals}


def _order(month: Month, typed: Typed, reason: str, actor: str, now: datetime) -> Order:
    return Order(
        month=month,
        split=typed.split,
        splits=typed.splits,
        rates=typed.rates,
        totals=typed.totals,
        reason=reason,
        actor=actor,
        now=now,
    )
