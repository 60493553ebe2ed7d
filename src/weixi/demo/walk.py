"""The whole loop on the simulated operator: history, then plan, work, extract, import, run, month after month."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weixi.demo.agents import Crew, agreements, work
from weixi.demo.hazard import OfferKind
from weixi.demo.operator import Operator
from weixi.demo.survey import ask, write_survey
from weixi.engine import Partition, Store
from weixi.flow.book import IDENTITY, FeedResult, Intake, import_extract, take_delivery
from weixi.flow.cohort import base_months
from weixi.flow.decision import PLAN
from weixi.flow.extract import OperatorMapping, load_mapping, open_folder
from weixi.flow.outcome import record_facts
from weixi.flow.run import SCORES, run_day, run_month
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OfferFamily
from weixi.playbook import Playbook

ACTOR = "demo"
MAPPING = "simulated"

SCORED = 3
"""Runs of a walk that make scores: the last one's, and one whose outcome the last one knows. Each takes seconds."""

Tell = Callable[[Month, Text], None]


@dataclass(frozen=True, slots=True)
class Walked:
    """One month of the walk: what was imported, what the agents did, what the run wrote.

    `task_count` counts the plan's tasks due in the month, `fact_count` what the agents wrote down, `agreed_count` the
    offers that customers agreed to.
    """

    month: Month
    imported: Sequence[FeedResult]
    task_count: int
    fact_count: int
    agreed_count: int
    written: Sequence[Partition]


def operator_for(
    playbook: Playbook, subscribers: int, seed: int, start: Month, out: Path, daily: Path | None = None
) -> Operator:
    """A simulated operator that knows the playbook's offers by family; `daily` gets its daily feeds."""
    offers = {offer.code: OfferKind(OfferFamily(offer.family), offer.kinds) for offer in playbook.offers}
    return Operator(subscribers, seed, start, out=out, offers=offers, daily=daily)


def walk(
    store: Store,
    playbook: Playbook,
    operator: Operator,
    *,
    history: int,
    months: int,
    days: int = 0,
    scored: int = SCORED,
    tell: Tell = lambda *_: None,
) -> Iterator[Walked]:
    """The last month of `history`, then each of the assessed `months`, as they are done.

    The months that the assessed ones are measured from are run as well, where they lie in the history.
    The last `scored` runs make the scores as well.
    Where the operator writes daily feeds, the first `days` mornings of each assessed month are run as well.
    Who the plan lists is asked how satisfied he is, each assessed month, in an extract apart.
    The agents work the plan of the run before; what customers agreed to changes the operator's next extract by its
    true effect. `tell` is told what begins. Nothing here reads the operator's truth but the agents' own luck.
    """
    mapping = load_mapping(MAPPING)
    crew = Crew.of(operator.place)
    imported: list[FeedResult] = []
    first = operator.month.plus(history)
    bases = {base for k in range(months) for base in base_months(first.plus(k))}
    for _ in range(history):
        month = operator.month
        tell(month, Text("造历史数据并导入", "history: simulate and import"))
        operator.advance(month)
        imported += _import(store, operator, mapping, month)
        if month in bases and month != first.plus(-1):
            _run(store, playbook, month, tell, scored=False)
    written = _run(store, playbook, month, tell, scored=months < scored)
    yield Walked(month, imported, 0, 0, 0, written)
    for k in range(months):
        month = operator.month
        tell(month, Text("责任人执行任务", "agents work the plan"))
        plan = _read(store.require(PLAN, month=month.number)).sort_by("task_id")
        keys = _operator_keys(store, plan["subscriber_id"])
        rates = operator.agree_rates(keys.to_pylist(), plan["offer_code"].to_pylist())
        facts = work(plan, rates, crew, month, operator.seed)
        agreed = agreements(plan, facts, keys)
        operator.advance(month, agreed)
        if operator.daily is not None:
            for number in range(days):
                day = month.first + timedelta(days=number)
                tell(month, Text(f"{day} 的早晨", f"the morning after {day}"))
                feeds = open_folder(operator.daily / day.isoformat(), mapping)
                take_delivery(store, feeds, Intake(actor=ACTOR, now=_morning_after(month)))
                run_day(store, playbook, day)
        tell(month, Text("导入当月数据", "import the month"))
        taken = _import(store, operator, mapping, month)
        _ask(store, operator, mapping, month, ask(plan, facts, _still(operator, keys), month, operator.seed))
        record_facts(store, month, facts.to_batches(), origin=f"demo agents {operator.seed} {month}")
        written = _run(store, playbook, month, tell, scored=months - k <= scored)
        yield Walked(month, taken, plan.num_rows, facts.num_rows, agreed.num_rows, written)


def walk_days(
    store: Store, playbook: Playbook, operator: Operator, until: date, *, tell: Tell = lambda *_: None
) -> int:
    """The month that is not over: the feeds of its days before `until` taken, the last two mornings run.

    How many days that were. The operator's files of the month lie with its truth, since most of it is still to come.
    """
    month = operator.month
    days = [month.first + timedelta(days=k) for k in range(month.days)]
    past = [day for day in days if day < until]
    ahead = operator.truth_folder / "ahead"
    operator.out, operator.daily = ahead / "extract", ahead / "daily"
    tell(month, Text("本月每日数据", "the month's daily feeds"))
    operator.advance(month)
    mapping = load_mapping(MAPPING)
    for day in past:
        now = datetime.combine(day + timedelta(days=1), time(0), tzinfo=UTC)
        feeds = open_folder(operator.daily / day.isoformat(), mapping)
        take_delivery(store, feeds, Intake(actor=ACTOR, now=now))
    for day in past[-2:]:
        tell(month, Text(f"{day} 的早晨", f"the morning after {day}"))
        run_day(store, playbook, day)
    return len(past)


def _import(store: Store, operator: Operator, mapping: OperatorMapping, month: Month) -> list[FeedResult]:
    return import_extract(
        store, open_folder(operator.out, mapping, month), Intake(actor=ACTOR, now=_morning_after(month))
    )


def _still(operator: Operator, keys: pa.Array) -> pa.Array:
    """The keys of lines that the operator still serves; null for the others."""
    served = operator.user_ids().filter(pa.array(operator.lines.is_live))
    return pc.if_else(pc.is_in(keys, served), keys, pa.scalar(None, keys.type))


def _ask(
    store: Store, operator: Operator, mapping: OperatorMapping, month: Month, answers: pa.Table
) -> list[FeedResult]:
    """The month's survey into the book, an extract of its own beside the operator's."""
    folder = operator.out.parent / f"{operator.out.name}_survey" / str(month)
    write_survey(folder, answers, month)
    return import_extract(
        store, open_folder(folder, mapping, month), Intake(actor=ACTOR, now=_morning_after(month))
    )


def _run(store: Store, playbook: Playbook, month: Month, tell: Tell, *, scored: bool) -> list[Partition]:
    return run_month(
        store,
        playbook,
        month,
        now=_morning_after(month),
        actor=ACTOR,
        without=() if scored else SCORES,
        progress=lambda step: tell(month, step.text),
    )


def _morning_after(month: Month) -> datetime:
    """The morning on which a month's extract is taken: 08:00 in Shanghai on the first day after it."""
    return datetime.combine(month.end, time(0), tzinfo=UTC)


def _read(partition: Partition) -> pa.Table:
    return pq.read_table(partition.files, partitioning=None)


def _operator_keys(store: Store, subscriber_ids: pa.ChunkedArray) -> pa.Array:
    """The operator's own key of each line, through the identity table."""
    identity = pa.concat_tables([_read(partition) for partition in store.partitions(IDENTITY)])
    at = pc.index_in(subscriber_ids.combine_chunks(), identity["subscriber_id"].combine_chunks())
    return identity["source_key"].combine_chunks().take(at)
