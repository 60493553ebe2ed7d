"""The app `touch`."""

from django.apps import AppConfig

from weixi.desk.touch.rules import ACTS, WORDS


class TouchConfig(AppConfig):
    """Contacts that people make."""

    name = "weixi.desk.touch"
    label = "touch"
    acts = ACTS
    words = WORDS
