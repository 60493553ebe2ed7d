"""The month's work: run it, seal its cohorts, hand its plan over. Each may be begun again where it broke off."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_tasks import TaskContext, task

from weixi.desk.base.book import playbook, working_store
from weixi.desk.dispatch.operations.apply import apply_plan
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.desk.planning.operations.month import note_frozen, note_run
from weixi.desk.planning.queries.plan import maker_of
from weixi.desk.worker.backend import work_of
from weixi.engine import Partition
from weixi.flow import cohort
from weixi.flow.run import STEPS, Step, run_month
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@task(takes_context=True)
def run(context: TaskContext, month: int) -> dict[str, Any]:
    """The way of the month under the playbook in force, up to the frozen plan of the next."""
    work = work_of(context)
    chosen, plan = Month.from_number(month), playbook()
    began = timezone.now()

    def tell(step: Step) -> None:
        work.tell(step.text, STEPS.index(step), len(STEPS))

    with working_store() as store:
        written = run_month(store, plan, chosen, now=work.now, actor=work.actor, progress=tell)
    note_run(actor_id=work.actor_id, month=chosen, playbook=plan, path=work.path, now=timezone.now())
    return {
        "month": str(chosen),
        "title": {"zh": plan.title.zh, "en": plan.title.en},
        "version": plan.version,
        "fingerprint": plan.fingerprint,
        "seconds": round((timezone.now() - began).total_seconds(), 1),
        "partitions": [_told(partition, began) for partition in written],
    }


@task(takes_context=True)
def apply(context: TaskContext, month: int, fingerprint: str, issue: bool) -> dict[str, Any]:
    """Hand the month's plan over, as it was looked at: another plan than that is refused."""
    work = work_of(context)
    chosen = Month.from_number(month)
    with working_store() as store:
        handover = handover_of(store, maker_of(store, chosen), chosen)
        if handover.plan.fingerprint != fingerprint:
            raise DataError(
                "planning.other_plan",
                Text(
                    "计划在您查看之后重新运行过，没有派单。",
                    "The plan was made anew after you looked at it; it was not handed over.",
                ),
                Text("重新打开计划页，核对后再派。", "Open the plan again, look at it, then hand it over."),
                where=handover.plan.name,
            )
        total = handover.plan.manifest.rows
        applied = apply_plan(
            store=store,
            playbook=maker_of(store, chosen),
            handover=handover,
            issue=issue,
            applied_by=work.actor,
            now=work.now,
            tell=lambda done: work.tell(Text("派单", "handing over"), done, total),
        )
    return {
        "month": str(chosen),
        "was_applied": applied.was_applied,
        "tasks": applied.task_count,
        "added": applied.added_count,
        "revised": applied.revised_count,
        "kept": applied.kept_count,
        "withdrawn": applied.withdrawn_count,
    }


@task(takes_context=True)
def freeze(context: TaskContext, month: int) -> dict[str, Any]:
    """Seal the populations of the base month; what is sealed stays as it is."""
    work = work_of(context)
    base, began = Month.from_number(month), timezone.now()
    work.tell(Text(f"封存 {base}", f"sealing {base}"), 0, 0)
    with working_store() as store:
        sealed = cohort.freeze(store, playbook(), base)
    note_frozen(actor_id=work.actor_id, month=base, sealed=sealed, path=work.path, now=timezone.now())
    return {"month": str(base), "partitions": [_told(partition, began) for partition in sealed]}


def _told(partition: Partition, began: datetime) -> dict[str, Any]:
    made_at = datetime.fromisoformat(partition.manifest.created_at)
    return {
        "table": partition.table.name,
        "grain": partition.table.grain,
        "key": " ".join(str(value) for value in partition.key.values()),
        "revision": partition.revision,
        "rows": partition.manifest.rows,
        "seal": (partition.manifest.seal or "")[:12],
        "is_new": made_at > began - timedelta(seconds=1),
    }
