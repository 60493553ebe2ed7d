"""The app `scorecard`."""

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """Figures for those who answer for them."""

    name = "weixi.desk.scorecard"
    label = "scorecard"
