"""The app `subscriber`."""

from django.apps import AppConfig

from weixi.desk.subscriber.rules import ACTS, WORDS


class SubscriberConfig(AppConfig):
    """Customers as the book knows them."""

    name = "weixi.desk.subscriber"
    label = "subscriber"
    acts = ACTS
    words = WORDS
