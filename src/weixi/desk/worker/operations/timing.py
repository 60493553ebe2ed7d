"""What the clock does: scheduled jobs into the queue, each once for its moment; what is over is cleared."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from weixi.desk.worker.models import Job, Process, Slot
from weixi.desk.worker.operations.asking import request
from weixi.desk.worker.queries import schedule
from weixi.desk.worker.rules import ACTIVE, KEPT_DAYS, slot


def enqueue_due(*, now: datetime) -> int:
    """Put what is due into the queue; of several workers one does it for each moment. How many."""
    known = dict(Slot.objects.values_list("kind", "due_at"))
    count = 0
    for line in schedule():
        due = slot(line, now)
        if line.kind in known and known[line.kind] >= due:
            continue
        try:
            with transaction.atomic():
                if line.kind in known:
                    if not Slot.objects.filter(kind=line.kind, due_at__lt=due).update(due_at=due):
                        continue
                else:
                    Slot.objects.create(kind=line.kind, due_at=due)
                request(kind=line.kind, key="", parameters={}, actor_id=None, path="", now=now)
                count += 1
        except IntegrityError:
            continue  # another worker made the line at this moment
    return count


def tidy(*, now: datetime) -> tuple[int, int]:
    """Clear sessions that are over and old scheduled jobs; how many of each."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    old = Job.objects.filter(requested_by=None, ended_at__lt=now - timedelta(days=KEPT_DAYS))
    jobs, _ = old.exclude(state__in=[state.value for state in ACTIVE]).delete()
    Process.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    return sessions, jobs
