"""Simulated agents of known skill who work a month's plan; what they do comes back as facts."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.demo.actions import ACTION_SCHEMA
from weixi.demo.lines import Array
from weixi.demo.place import Place
from weixi.demo.rates import Gaming
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, FactType

FACTS = pa.schema(
    [
        pa.field("fact_id", pa.string(), nullable=False),
        pa.field("task_id", pa.string(), nullable=False),
        pa.field("fact_type", pa.string(), nullable=False),
        pa.field("happened_at", pa.timestamp("us"), nullable=False),
        pa.field("agent_code", pa.string()),
        pa.field("channel", pa.string()),
        pa.field("offer_code", pa.string()),
    ]
)
"""The columns of the outcome table FACT."""

ATTEMPTS = 3
_KINDS = tuple(FactType)
_REACH = {Channel.PHONE: 0.45, Channel.SMS: 0.25, Channel.APP: 0.2, Channel.WECHAT: 0.3, Channel.OUTLET: 0.5,
          Channel.VISIT: 0.6, Channel.SOCIAL: 0.15}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crew:
    """The agents by code: how skilled each is (about 0, deviation about 1) and whether he ticks without contact."""

    codes: tuple[str, ...]
    skill: Array
    games: Array

    @classmethod
    def of(cls, place: Place) -> "Crew":
        """The owners of a simulated operator."""
        return cls(place.owner_codes, place.owner_skill, place.owner_games)

    def find(self, codes: list[str | None]) -> Array:
        """The position of each code; −1 for the unit's shared pool and for codes it does not know."""
        at = {code: k for k, code in enumerate(self.codes)}
        return np.array([at.get(code or "", -1) for code in codes], dtype=np.int64)


@dataclass(slots=True)
class _Diary:
    """The facts so far: task position, kind, moment in seconds from the month's first local midnight."""

    parts: list[tuple[Array, int, Array]]

    def note(self, task: Array, kind: FactType, second: Array) -> None:
        self.parts.append((task, _KINDS.index(kind), second))


def work(
    plan: pa.Table, agree_rate: Array, crew: Crew, month: Month, seed: int, gaming: Gaming | None = None
) -> pa.Table:
    """What the agents did with the plan (columns of PLAN) in its month, as facts (columns of FACT).

    `agree_rate` has one number for each row of the plan: the true probability that the customer, once reached by a
    mean agent, agrees (`Operator.agree_rates`). Hold-out and withdrawn tasks are never touched. Skill moves how many
    tasks are taken up, how many customers are reached, and how many agree. Some agents tick tasks without any contact.
    """
    gaming = gaming or Gaming()
    rng = np.random.default_rng([seed, 7, month.index])
    luck = rng.random((5 + 3 * ATTEMPTS, plan.num_rows))
    who = crew.find(plan["owner_code"].to_pylist())
    skill = np.where(who >= 0, crew.skill[who], -0.3)
    games = (who >= 0) & crew.games[who]
    issued = ~_flags(plan["is_holdout"]) & plan["withdrawn_rule"].is_null().to_numpy(zero_copy_only=False)
    diary = _Diary([])
    tasks = np.arange(plan.num_rows)
    diary.note(tasks[issued], FactType.ISSUED, np.full(int(issued.sum()), 8 * 3600))
    due = _due_day(plan, month)
    last = month.days - 1
    faked = issued & (luck[0] < np.where(games, gaming.tick_share, gaming.honest_tick_share))
    taken = issued & ~faked & (luck[1] < np.clip(0.86 + 0.06 * skill, 0.3, 0.99))
    start = np.clip(due - 2 + (luck[2] * 4).astype(np.int64), 0, last)
    diary.note(tasks[taken], FactType.ACCEPTED, start[taken] * 86_400 + 9 * 3600)
    odds = 1 / (1 + np.exp(-(_logit(np.clip(agree_rate, 0.01, 0.99)) + 0.45 * skill)))
    odds = np.where(agree_rate > 0, odds, 0.0)
    reach = np.array([_REACH[Channel(c)] if c else 0.4 for c in plan["channel"].to_pylist()])
    reach = np.clip(reach * (1 + 0.15 * skill), 0.05, 0.9)
    open_ = taken.copy()
    for attempt in range(ATTEMPTS):
        turn = luck[5 + 3 * attempt : 8 + 3 * attempt]
        day = start + attempt + (turn[0] * 2).astype(np.int64)
        tried = open_ & (day <= last) & ((attempt == 0) | (turn[2] < np.clip(0.7 + 0.1 * skill, 0.2, 0.95)))
        moment = day * 86_400 + _office_second(turn[0])
        reached = tried & (turn[1] < reach)
        missed = tried & ~reached
        diary.note(tasks[missed], FactType.ATTEMPTED, moment[missed])
        diary.note(tasks[reached], FactType.REACHED, moment[reached])
        agreed = reached & (luck[3] < odds)
        diary.note(tasks[agreed], FactType.AGREED, moment[agreed] + 240)
        refused = reached & ~agreed
        diary.note(tasks[refused], FactType.REFUSED, moment[refused] + 180)
        ticked = reached & (luck[4] < 0.93)
        diary.note(tasks[ticked], FactType.TICKED, moment[ticked] + 420)
        open_ &= ~reached
    lazy = np.clip(due + (luck[2] * 3).astype(np.int64), 0, last) * 86_400 + 19 * 3600
    diary.note(tasks[faked], FactType.TICKED, lazy[faked])
    return _facts(plan, diary, month)


def agreements(plan: pa.Table, facts: pa.Table, user_ids: pa.Array) -> pa.Table:
    """The agreed offers among the facts as actions for `Operator.advance` (ACTION_SCHEMA), one for each task.

    `user_ids` has the operator's key of each plan row's leading line; rows without one are left out.
    """
    yes = facts.filter(pc.equal(facts["fact_type"], FactType.AGREED.value))
    at = pc.index_in(yes["task_id"], plan["task_id"].combine_chunks())
    local = pc.add(yes["happened_at"], pa.scalar(8 * 3600 * 1_000_000, pa.duration("us")))
    made = pa.table(
        [
            pc.take(user_ids, at),
            pc.take(plan["offer_code"].combine_chunks(), at),
            local.cast(pa.date32(), safe=False),
            yes["channel"],
            yes["agent_code"],
        ],
        names=ACTION_SCHEMA.names,
    )
    return made.filter(pc.is_valid(made["user_id"])).cast(ACTION_SCHEMA)


def _facts(plan: pa.Table, diary: _Diary, month: Month) -> pa.Table:
    """The diary as a table in order of time; the same plan and seed give the same ids."""
    task = np.concatenate([part for part, _, _ in diary.parts])
    kind = np.concatenate([np.full(len(part), k) for part, k, _ in diary.parts])
    second = np.concatenate([moment for _, _, moment in diary.parts])
    order = np.lexsort((kind, task, second))
    task, kind, second = task[order], kind[order], second[order]
    # Local midnight of the first day is 16:00 UTC of the day before.
    moment = np.datetime64(month.first, "us") - np.timedelta64(8, "h") + second.astype("timedelta64[s]")
    rank = np.empty(len(task), dtype=np.int64)
    by_task = np.argsort(task, kind="stable")
    first = np.searchsorted(task[by_task], task[by_task])
    rank[by_task] = np.arange(len(task)) - first + 1
    at = pa.array(task)
    ids = plan["task_id"].combine_chunks().take(at)
    spoken = pa.array(kind != _KINDS.index(FactType.ISSUED))
    untouched = {
        _KINDS.index(FactType.ISSUED),
        _KINDS.index(FactType.ACCEPTED),
        _KINDS.index(FactType.TICKED),
    }
    contact = pa.array(~np.isin(kind, list(untouched)))
    none = pa.scalar(None, pa.string())
    named = pa.array(
        np.isin(kind, [_KINDS.index(k) for k in (FactType.REACHED, FactType.AGREED, FactType.REFUSED)])
    )
    return pa.table(
        [
            pc.binary_join_element_wise(ids, pa.array(rank).cast(pa.string()), "-"),
            ids,
            pa.array([k.value for k in _KINDS]).take(pa.array(kind)),
            pa.array(moment),
            pc.if_else(spoken, plan["owner_code"].combine_chunks().take(at), none),
            pc.if_else(
                contact, pc.fill_null(plan["channel"].combine_chunks().take(at), Channel.PHONE.value), none
            ),
            pc.if_else(named, plan["offer_code"].combine_chunks().take(at), none),
        ],
        schema=FACTS,
    )


def _due_day(plan: pa.Table, month: Month) -> Array:
    """Days from the month's first day to the best day to act, inside the month."""
    first = (month.first - date(1970, 1, 1)).days
    days = plan["task_date"].cast(pa.int32()).to_numpy() - first
    result: Array = np.clip(days, 0, month.days - 1).astype(np.int64)
    return result


def _office_second(luck: Array) -> Array:
    """A second of the day inside the calling hours, 09:00–12:00 and 14:30–20:00."""
    second = (luck * 8.3 * 3600).astype(np.int64)
    result: Array = np.where(second < 3 * 3600, 9 * 3600 + second, 14 * 3600 + 1_800 + second - 3 * 3600)
    return result


def _logit(rate: Array) -> Array:
    result: Array = np.log(rate / (1 - rate))
    return result


def _flags(column: pa.ChunkedArray) -> Array:
    result: Array = pc.fill_null(column, False).to_numpy().astype(np.bool_)
    return result
