"""Asking for the month's work; its entries in the audit."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from weixi.desk.audit.operations import record
from weixi.desk.org.rules import Sight
from weixi.desk.planning.rules import require_whole
from weixi.desk.worker.operations import request
from weixi.engine import Partition
from weixi.kernel.period import Month
from weixi.playbook import Playbook


def ask_run(*, month: Month, sight: Sight, now: datetime) -> int:
    """Ask for the run of the month; while one is under way, that one. The number of the job."""
    return request(
        kind="planning.run",
        key=str(month),
        parameters={"month": month.number},
        actor_id=sight.user_id,
        path=require_whole(sight),
        now=now,
        address=f"{reverse('planning')}?month={month}",
    )


def ask_apply(*, month: Month, fingerprint: str, issue: bool, sight: Sight, now: datetime) -> int:
    """Ask for the hand-over of the plan of that fingerprint. The number of the job."""
    return request(
        kind="planning.apply",
        key=str(month),
        parameters={"month": month.number, "fingerprint": fingerprint, "issue": issue},
        actor_id=sight.user_id,
        path=require_whole(sight),
        now=now,
        address=f"{reverse('plan')}?month={month}",
    )


def ask_freeze(*, month: Month, sight: Sight, now: datetime) -> int:
    """Ask for the sealed cohorts of the base month. The number of the job."""
    return request(
        kind="planning.freeze",
        key=str(month),
        parameters={"month": month.number},
        actor_id=sight.user_id,
        path=require_whole(sight),
        now=now,
        address=reverse("cohorts"),
    )


def note_run(*, actor_id: int | None, month: Month, playbook: Playbook, path: str, now: datetime) -> None:
    """The entry that the month was run."""
    record(
        actor_id=actor_id,
        act="planning.run",
        subject=f"month:{month}",
        detail={"fingerprint": playbook.fingerprint},
        now=now,
        path=path,
    )


def note_frozen(
    *, actor_id: int | None, month: Month, sealed: Sequence[Partition], path: str, now: datetime
) -> None:
    """The entry that cohorts of the month are sealed."""
    record(
        actor_id=actor_id,
        act="planning.freeze",
        subject=f"month:{month}",
        detail={str(p.key["cohort"]): p.manifest.seal or "" for p in sealed},
        now=now,
        path=path,
    )
