"""The app `dispatch`."""

from django.apps import AppConfig

from weixi.desk.dispatch.rules import ACTS, WORDS


class DispatchConfig(AppConfig):
    """Tasks handed to people."""

    name = "weixi.desk.dispatch"
    label = "dispatch"
    acts = ACTS
    words = WORDS
