"""Jobs."""

from datetime import datetime

from handmade.objects.made import Made, Maker
from weixi.desk.worker.operations import request


def job(path: str, now: datetime) -> Made:
    job_id = request(kind="worker.tidy", key=path, parameters={}, actor_id=None, path=path, now=now)
    return Made({"job_id": job_id})


MAKERS: dict[str, Maker] = {"job_state": job, "cancel_job": job}
