"""Writes of the organisation."""

from weixi.desk.org.operations.cast import Player, make_cast
from weixi.desk.org.operations.people import appoint, appoint_by_number, end_post, make_person
from weixi.desk.org.operations.signing import change_password, identify, note_sign_out, reset_password
from weixi.desk.org.operations.tree import TreeLoaded, load_tree

__all__ = [
    "Player",
    "TreeLoaded",
    "appoint",
    "appoint_by_number",
    "change_password",
    "end_post",
    "identify",
    "load_tree",
    "make_cast",
    "make_person",
    "note_sign_out",
    "reset_password",
]
