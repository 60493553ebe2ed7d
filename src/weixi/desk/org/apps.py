"""The app `org`."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """People, posts and the tree they see."""

    name = "weixi.desk.org"
    label = "org"
