"""The app `evidence`."""

from django.apps import AppConfig

from weixi.desk.evidence.rules.acts import ACTS, WORDS


class EvidenceConfig(AppConfig):
    """What decisions rest on, and what they brought."""

    name = "weixi.desk.evidence"
    label = "evidence"
    acts = ACTS
    words = WORDS
