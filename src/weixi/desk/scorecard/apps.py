"""The app `scorecard`."""

from django.apps import AppConfig

from weixi.desk.scorecard.rules.acts import ACTS, READERS, WORDS
from weixi.desk.subscriber.sections import Section, register_section
from weixi.kernel.language import Text

SECTION = Section(
    "miss",
    "subscriber_miss",
    Text("为什么在未达清单上", "Why on the list of misses"),
    5,
    roles=frozenset(READERS),
    at_once=True,
    asked="miss",
)
"""The part that this app puts onto a customer's page that was opened from a list of misses."""


class ScorecardConfig(AppConfig):
    """Figures for those who answer for them."""

    name = "weixi.desk.scorecard"
    label = "scorecard"
    acts = ACTS
    words = WORDS

    def ready(self) -> None:
        """Put the app's part onto the customer's page."""
        register_section(SECTION)
