"""The app `subscriber`."""

from django.apps import AppConfig


class SubscriberConfig(AppConfig):
    """Customers as the book knows them."""

    name = "weixi.desk.subscriber"
    label = "subscriber"
