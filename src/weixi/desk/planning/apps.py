"""The app `planning`."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """The planner's work: the plan in force, the data, the month."""

    name = "weixi.desk.planning"
    label = "planning"
