"""The app `touch`."""

from django.apps import AppConfig


class TouchConfig(AppConfig):
    """Contacts that people make."""

    name = "weixi.desk.touch"
    label = "touch"
