"""The app `subscriber`."""

from django.apps import AppConfig

from weixi.desk.subscriber.rules import ACTS, WORDS
from weixi.desk.subscriber.sections import Section, register_section
from weixi.kernel.language import Text

SECTIONS = (
    Section("plan", "subscriber_plan", Text("本月维系与原因", "This month's plan and why"), 10, at_once=True),
    Section(
        "history",
        "subscriber_history",
        Text("账单、用量与五分变化", "Bills, use and labels by month"),
        40,
        at_once=True,
    ),
    Section("household", "subscriber_household", Text("家庭与同户线路", "Household"), 50),
    Section("record", "subscriber_record", Text("动态与往来", "Events and past tasks"), 60),
)
"""The parts of the page that this app itself gives."""


class SubscriberConfig(AppConfig):
    """Customers as the book knows them."""

    name = "weixi.desk.subscriber"
    label = "subscriber"
    acts = ACTS
    words = WORDS

    def ready(self) -> None:
        """Put the app's own parts onto the page."""
        for section in SECTIONS:
            register_section(section)
