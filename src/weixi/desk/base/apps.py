"""The app `base`."""

from django.apps import AppConfig
from django.core.checks import register

from weixi.desk.base.checks import second_factor


class BaseConfig(AppConfig):
    """No tables: the frame of the pages."""

    name = "weixi.desk.base"
    label = "base"

    def ready(self) -> None:
        """Add the desk's own checks to Django's."""
        register(second_factor, "security", deploy=True)
