"""The app `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what, chained so that nothing is taken out."""

    name = "weixi.desk.audit"
    label = "audit"
