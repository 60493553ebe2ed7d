"""The app `touch`."""

from django.apps import AppConfig

from weixi.desk.subscriber.sections import Section, register_section
from weixi.desk.touch.rules import ACTS, WORDS
from weixi.kernel.language import Text

SECTION = Section("contacts", "subscriber_contacts", Text("联系与共享备注", "Contacts and shared notes"), 20)
"""The part that this app puts onto a customer's page."""


class TouchConfig(AppConfig):
    """Contacts that people make."""

    name = "weixi.desk.touch"
    label = "touch"
    acts = ACTS
    words = WORDS

    def ready(self) -> None:
        """Put the app's part onto the customer's page."""
        register_section(SECTION)
