"""Reads of customers: from the book, cut by what the person sees."""

from weixi.desk.subscriber.queries.place import path_of_subscriber, place_of, shows_subscriber

__all__ = ["path_of_subscriber", "place_of", "shows_subscriber"]
