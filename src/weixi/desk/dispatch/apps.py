"""The app `dispatch`."""

from django.apps import AppConfig

from weixi.desk.dispatch.rules import ACTS, WORDS
from weixi.desk.subscriber.sections import Section, register_section
from weixi.kernel.language import Text

SECTION = Section("tasks", "subscriber_tasks", Text("任务", "Tasks"), 15)
"""The part that this app puts onto a customer's page."""


class DispatchConfig(AppConfig):
    """Tasks handed to people."""

    name = "weixi.desk.dispatch"
    label = "dispatch"
    acts = ACTS
    words = WORDS

    def ready(self) -> None:
        """Put the app's part onto the customer's page."""
        register_section(SECTION)
