"""The loop closed through data: a plan goes to the desk, is worked there, and the next run knows what was done."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from weixi.demo.rehearsal import rehearse
from weixi.demo.walk import operator_for, walk
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.operations.settle import take_results
from weixi.desk.dispatch.outbox import collect_facts
from weixi.engine import Store
from weixi.flow.book import Intake, import_extract
from weixi.flow.extract import load_mapping, open_folder
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.run import run_month
from weixi.kernel.period import Month
from weixi.playbook import Playbook

START, HISTORY = Month.of(2025, 10), 3
MONTH = START.plus(HISTORY)


@pytest.mark.req("P1")
@pytest.mark.slow
def test_what_was_done_at_the_desk_is_in_the_next_run(
    db: None, store: Store, home: Path, work_plan: Playbook
) -> None:
    operator = operator_for(work_plan, 1_000, 3, START, home / "extract")
    list(walk(store, work_plan, operator, history=HISTORY, months=0))
    after = datetime.combine(MONTH.end, time(0), tzinfo=UTC)
    acts = rehearse(store=store, playbook=work_plan, month=MONTH, seed=3, leave=(), now=after)
    assert acts > 50
    collected = collect_facts(store=store)
    assert collected.months == (MONTH,)
    assert collect_facts(store=store).fact_count == 0
    facts = store.rows(
        "SELECT task_id, fact_type FROM fact", inputs={"fact": store.require(FACT, month=MONTH.number)}
    )
    assert len(facts) == collected.fact_count

    operator.advance(MONTH)
    import_extract(
        store, open_folder(operator.out, load_mapping("simulated"), MONTH), Intake(actor="test", now=after)
    )
    run_month(store, work_plan, MONTH, now=after, actor="test")
    outcome = {
        row["task_id"]: row
        for row in store.rows(
            "SELECT task_id, is_contacted, is_reached, is_handled, is_verified, is_withdrawn, is_holdout FROM outcome",
            inputs={"outcome": store.require(OUTCOME, month=MONTH.number)},
        )
    }
    tasks = {task.task_id: task for task in Task.objects.all()}
    assert outcome.keys() == tasks.keys()
    tried = set(
        TaskEvent.objects.filter(act__in=["ATTEMPT", "CONTACT"]).values_list("task__task_id", flat=True)
    )
    reached = set(TaskEvent.objects.filter(act="CONTACT").values_list("task__task_id", flat=True))
    handled = set(TaskEvent.objects.filter(act="HANDLE").values_list("task__task_id", flat=True))
    assert {key for key, row in outcome.items() if row["is_contacted"]} == tried
    assert {key for key, row in outcome.items() if row["is_reached"]} == reached
    assert {key for key, row in outcome.items() if row["is_handled"]} == handled
    assert tried
    assert handled < tried

    verified, _ = take_results(store=store, now=after)
    shown = {key for key, row in outcome.items() if row["is_verified"] and not row["is_withdrawn"]}
    shown -= {key for key, row in outcome.items() if row["is_holdout"]}
    assert verified == len(shown) > 0
    assert set(Task.objects.filter(state="VERIFIED").values_list("task_id", flat=True)) == shown
    assert not (handled <= shown)  # an agent's tick does not verify anything
    assert take_results(store=store, now=after) == (0, 0)
