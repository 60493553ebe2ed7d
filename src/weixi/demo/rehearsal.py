"""The simulated operator's people at the desk: the plan handed over on its first morning, and worked until now."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pyarrow.parquet as pq
from django.db import transaction

from weixi.demo.agents import Crew, work
from weixi.desk.dispatch.operations.apply import apply_plan
from weixi.desk.dispatch.operations.settle import escalate_overdue, take_results
from weixi.desk.dispatch.operations.work import claim, record_contact
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.desk.dispatch.rules import ContactResult, Refused
from weixi.desk.org.models import Node, User
from weixi.desk.org.operations import make_person
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role, Sight
from weixi.engine import Store
from weixi.flow.book import day_of
from weixi.flow.decision import DAY_PLAN, PLAN
from weixi.kernel.period import SHANGHAI, Month
from weixi.kernel.terms import Channel, FactType, OrgLevel
from weixi.playbook import Playbook

ACTOR = "demo"
AGREE_RATE = 0.3
"""How likely a customer who is reached agrees; what becomes of it only the next extract of a real operator says."""

BATCH = 200
"""Acts in one transaction."""

RESULTS = {
    FactType.ATTEMPTED: ContactResult.NOT_REACHED,
    FactType.AGREED: ContactResult.AGREED,
    FactType.REFUSED: ContactResult.REFUSED,
}

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Act:
    """One thing an agent did: take the task (`result` None), or report a contact."""

    task_id: str
    agent_code: str
    result: ContactResult | None
    channel: Channel
    at: datetime


def rehearse(
    *,
    store: Store,
    playbook: Playbook,
    month: Month,
    seed: int,
    leave: Collection[str],
    now: datetime,
    tell: Tell = lambda *_: None,
) -> int:
    """Hand the plan of `month` over and let every owner but those of `leave` work his tasks until `now`.

    The plans of its mornings follow; what the data show by then is verified, what is overdue goes up. How many acts
    that was; the same again does nothing twice. Agents without an account get one that nobody can sign in with.
    `tell` gets the acts done and how many there are.
    """
    days = sorted(day_of(p) for p in store.partitions(DAY_PLAN))
    mornings: list[date | None] = [None, *(day for day in days if month.first <= day < month.end)]
    for day in mornings:
        first = month.first if day is None else day + timedelta(days=1)
        apply_plan(
            store=store,
            playbook=playbook,
            handover=handover_of(store, playbook, month, day),
            issue=True,
            applied_by=ACTOR,
            now=min(datetime.combine(first, time(8, 30), tzinfo=SHANGHAI), now),
        )
    acts = _diary(store, month, seed, frozenset(leave), now)
    agents = _agents({act.agent_code for act in acts}, month, now)
    for start in range(0, len(acts), BATCH):
        with transaction.atomic():
            for act in acts[start : start + BATCH]:
                _replay(act, agents[act.agent_code])
        tell(min(start + BATCH, len(acts)), len(acts))
    take_results(store=store, now=now)
    escalate_overdue(now=now, today=now.astimezone(SHANGHAI).date())
    return len(acts)


def _diary(store: Store, month: Month, seed: int, leave: frozenset[str], now: datetime) -> list[_Act]:
    """What agents of mean skill do with the plan in its month, up to `now`, in order of time."""
    plan = pq.read_table(store.require(PLAN, month=month.number).files, partitioning=None).sort_by("task_id")
    owners = tuple(sorted(set(plan["owner_code"].drop_null().to_pylist()) - leave))
    crew = Crew(owners, np.zeros(len(owners)), np.zeros(len(owners), dtype=np.bool_))
    facts = work(plan, np.full(plan.num_rows, AGREE_RATE), crew, month, seed).sort_by("happened_at")
    acts = []
    for fact in facts.to_pylist():
        kind, at = FactType(fact["fact_type"]), fact["happened_at"].replace(tzinfo=UTC)
        if at < now and fact["agent_code"] in owners and (kind in RESULTS or kind is FactType.ACCEPTED):
            channel = Channel(fact["channel"] or Channel.PHONE)
            acts.append(_Act(fact["task_id"], fact["agent_code"], RESULTS.get(kind), channel, at))
    return acts


def _agents(codes: Collection[str], month: Month, now: datetime) -> dict[str, Sight]:
    known = {user.agent_code: user for user in User.objects.filter(agent_code__in=codes)}
    for node in Node.objects.filter(code__in=set(codes) - known.keys(), level=OrgLevel.OWNER.value):
        known[node.code] = make_person(
            username=node.code.lower(),
            name=node.name,
            password=None,
            agent_code=node.code,
            role=Role.AGENT,
            node_code=node.code,
            since_date=month.first,
            actor=None,
            now=now,
        )
    today = now.astimezone(SHANGHAI).date()
    return {code: sight_of(user=user, today=today) for code, user in known.items()}


def _replay(act: _Act, sight: Sight) -> None:
    """One act at its own time; where the task has gone past it (a revised plan), nothing is done."""
    call_id = f"demo:{act.task_id}:{act.at:%d%H%M%S}"
    with suppress(Refused):
        if act.result is None:
            claim(task_id=act.task_id, sight=sight, call_id=call_id, now=act.at)
        else:
            record_contact(
                task_id=act.task_id,
                sight=sight,
                result=act.result,
                channel=act.channel,
                call_id=call_id,
                now=act.at,
            )
