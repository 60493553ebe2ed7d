"""The app `dispatch`."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Tasks handed to people."""

    name = "weixi.desk.dispatch"
    label = "dispatch"
