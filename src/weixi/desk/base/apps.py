"""The app `base`."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """No tables: the frame of the pages."""

    name = "weixi.desk.base"
    label = "base"
