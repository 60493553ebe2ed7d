"""The app `org`."""

from django.apps import AppConfig

from weixi.desk.org.rules import ACTS, WORDS


class OrgConfig(AppConfig):
    """People, posts and the tree they see."""

    name = "weixi.desk.org"
    label = "org"
    acts = ACTS
    words = WORDS
    place_names = "weixi.desk.org.queries.tree.names_of_nodes"
