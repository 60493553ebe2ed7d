"""Filing an appeal for subscribers to be left out, and deciding it: entries of the store's ledger and of the audit."""

import re
from datetime import datetime

from weixi.desk.audit.operations import record
from weixi.desk.base.book import store
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.rules import Sight
from weixi.desk.scorecard.operations.turn import turn
from weixi.desk.scorecard.queries.appeal import case_of, nodes_of
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import DECIDERS, FILERS
from weixi.flow.assessment import (
    KPI,
    CorrectionAction,
    correction_entries,
    decide_appeal,
    file_appeal,
    open_appeals,
    restate,
)
from weixi.flow.decision import find_subscriber
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MOST = 50
"""Subscribers of one appeal: a decision is made on each."""


def file(
    *, month: Month, code: str, subscribers: str, evidence: str, sight: Sight, actor: str, now: datetime
) -> str:
    """Appeal for the subscribers that the text names (ids or keys apart by blanks); the case's name.

    All must have counted at the unit or below it. The same appeal of the same person while it is open is that case.
    Raises UsageError for somebody who is unknown, lies elsewhere, or has an open case, and for evidence that is missing
    or names a person by number: then nothing is entered.
    """
    path = path_of_node(code) or ""
    if not sight.covers_as(path, FILERS):
        raise _outside(code)
    words = [word for word in re.split(r"[\s,，;；、]+", subscribers) if word]
    if not 0 < len(words) <= MOST:
        raise UsageError(
            "appeal.whom",
            Text(f"一次申诉写 1 到 {MOST} 户，这里有 {len(words)} 户", f"{len(words)} subscribers are named"),
            Text("每行写一个用户编号", f"name 1 to {MOST}, one in a line"),
        )
    wanted = list(dict.fromkeys(find_subscriber(store(), word, month) for word in words))
    below, nodes = tree_of(month).below(code), nodes_of(month, wanted)
    for subscriber in wanted:
        if nodes.get(subscriber) not in below:
            raise _outside(str(subscriber))
    with turn():
        waiting = [each for each in open_appeals(store(), month) if each.subscriber_id in wanted]
        if waiting:
            same = {each.subscriber_id for each in waiting if each.case == waiting[0].case} == set(wanted)
            if same and (waiting[0].actor, waiting[0].reason) == (actor, evidence.strip()):
                return waiting[0].case
            raise UsageError(
                "appeal.open",
                Text(
                    f"用户 {waiting[0].subscriber_id} 的申诉 {waiting[0].case} 还未裁定",
                    f"the appeal {waiting[0].case} of subscriber {waiting[0].subscriber_id} is not decided yet",
                ),
                Text("等上级裁定后再提", "wait for the decision"),
            )
        made = file_appeal(store(), month, wanted, node_code=code, evidence=evidence, actor=actor, now=now)
    case = f"{month}#{made.key['entry']}"
    record(
        actor_id=sight.user_id,
        act="scorecard.file_appeal",
        subject=f"appeal:{case}",
        detail={"month": str(month), "subscribers": len(wanted), "node": code},
        now=now,
        reason=evidence.strip(),
        path=path,
    )
    return case


def decide(
    *, month: int, entry: int, accept: bool, why: str, sight: Sight, actor: str, now: datetime
) -> CorrectionAction:
    """Decide the case; another decision of the same kind by the same person changes nothing.

    Raises UsageError for the person who filed it, for somebody without the role above the unit, and for a case that is
    not there; what was stated first stays, the restated figures stand beside it.
    """
    filed = case_of(month, entry)
    if filed is None:
        raise UsageError(
            "appeal.none",
            Text("没有这件申诉", "there is no such appeal"),
            Text("刷新申诉页再看", "open the page again"),
        )
    asked = Month.from_number(month)
    code = filed.node_code or tree_of(asked).top.code
    path = path_of_node(code) or ""
    if not sight.covers_as(path, DECIDERS):
        raise _outside(code)
    if filed.actor == actor:
        raise UsageError(
            "appeal.own",
            Text("不能裁定自己提出的申诉", "nobody decides an appeal of their own"),
            Text("请另一位省市管理者裁定", "another manager decides it"),
        )
    action = CorrectionAction.ACCEPTED if accept else CorrectionAction.REJECTED
    with turn():
        decided = [
            each
            for each in correction_entries(store(), asked)
            if (each.month, each.case_entry) == (month, entry) and each.action is not CorrectionAction.FILED
        ]
        if decided and (decided[-1].action, decided[-1].actor) == (action, actor):
            return action
        decide_appeal(store(), asked, entry, accept=accept, why=why, actor=actor, now=now)
        if store().current(KPI, month=month) is not None:
            restate(store(), asked)
    record(
        actor_id=sight.user_id,
        act="scorecard.decide_appeal",
        subject=f"appeal:{filed.case}",
        detail={"month": str(asked), "decision": action.value, "node": code},
        now=now,
        reason=why.strip(),
        path=path,
    )
    return action


def _outside(what: str) -> UsageError:
    return UsageError(
        "appeal.outside",
        Text(f"{what} 不在您的辖区", f"{what} lies outside your territory"),
        Text("只能申诉本单位的用户，由上级管理者裁定", "appeal for your own unit; the manager above decides"),
    )
