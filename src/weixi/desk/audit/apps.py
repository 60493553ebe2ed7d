"""The app `audit`."""

from django.apps import AppConfig

from weixi.desk.audit.rules import ACTS, WORDS


class AuditConfig(AppConfig):
    """Who did what, chained so that nothing is taken out."""

    name = "weixi.desk.audit"
    label = "audit"
    acts = ACTS
    words = WORDS
