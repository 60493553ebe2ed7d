"""The app `worker`."""

from datetime import time
from typing import ClassVar

from django.apps import AppConfig

from weixi.desk.worker.rules import ACTS, WORDS, Every, Kind
from weixi.kernel.language import Text


class WorkerConfig(AppConfig):
    """Work in the background: jobs, their heartbeat, their schedule.

    An app's `jobs` are the kinds of jobs that it knows, its `schedule` what of them is done by the clock.
    """

    name = "weixi.desk.worker"
    label = "worker"
    acts = ACTS
    words = WORDS
    jobs: ClassVar = (
        Kind(
            "worker.tidy",
            Text("清理过期登录和旧的定时记录", "ended sessions and old scheduled jobs cleared"),
            "weixi.desk.worker.jobs.tidy",
        ),
    )
    schedule: ClassVar = (Every("worker.tidy", at=time(3, 30)),)
