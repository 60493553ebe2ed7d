"""The app `worker`."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Work in the background: jobs, their heartbeat, their schedule."""

    name = "weixi.desk.worker"
    label = "worker"
