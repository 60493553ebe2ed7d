"""What the clock does to tasks and facts."""

from typing import Any

from django_tasks import TaskContext, task

from weixi.desk.base.book import working_store
from weixi.desk.dispatch.operations.settle import archive_over, escalate_overdue, take_results
from weixi.desk.dispatch.outbox import collect_facts
from weixi.desk.planning.rules import SHANGHAI
from weixi.desk.worker.backend import work_of
from weixi.kernel.language import Text


@task(takes_context=True)
def collect(context: TaskContext) -> dict[str, Any]:
    """What was done at the desk goes to the store; what the data show goes to the desk."""
    work = work_of(context)
    with working_store() as store:
        collected = collect_facts(
            store=store,
            tell=lambda month: work.tell(Text(f"{month} 的办理记录", f"records of {month}"), 0, 0),
        )
        verified, withdrawn = take_results(
            store=store, now=work.now, tell=lambda name: work.tell(Text(name, name), 0, 0)
        )
        archived = archive_over(store=store, now=work.now)
    return {
        "events": collected.event_count,
        "facts": collected.fact_count,
        "verified": verified,
        "withdrawn": withdrawn,
        "archived": archived,
    }


@task(takes_context=True)
def escalate(context: TaskContext) -> dict[str, Any]:
    """Bring overdue tasks one level up."""
    now = work_of(context).now
    return {"escalated": escalate_overdue(now=now, today=now.astimezone(SHANGHAI).date())}
