"""The app `scorecard`."""

from django.apps import AppConfig

from weixi.desk.scorecard.rules import ACTS, WORDS


class ScorecardConfig(AppConfig):
    """Figures for those who answer for them."""

    name = "weixi.desk.scorecard"
    label = "scorecard"
    acts = ACTS
    words = WORDS
