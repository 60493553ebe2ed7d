"""Writes of the organisation."""

from weixi.desk.org.operations.accounts import (
    Given,
    appoint_inside,
    deactivate,
    enter_person,
    give_password,
    leave,
    new_password,
    reactivate,
    reset_all_factors,
    reset_factor,
    reset_factor_of,
)
from weixi.desk.org.operations.cast import Player, make_cast
from weixi.desk.org.operations.clearing import Cleared, clear_expired
from weixi.desk.org.operations.factor import Enrolled, enrol, new_salt, pass_code, renew_recovery, secret_for
from weixi.desk.org.operations.people import appoint, appoint_by_number, end_post, make_person
from weixi.desk.org.operations.signing import (
    change_password,
    choose_password,
    confirm_password,
    identify,
    note_sign_in,
    note_sign_out,
    reset_password,
)
from weixi.desk.org.operations.tokens import Caller, make_token, revoke_token, use_token
from weixi.desk.org.operations.tree import TreeLoaded, load_tree

__all__ = [
    "Caller",
    "Cleared",
    "Enrolled",
    "Given",
    "Player",
    "TreeLoaded",
    "appoint",
    "appoint_by_number",
    "appoint_inside",
    "change_password",
    "choose_password",
    "clear_expired",
    "confirm_password",
    "deactivate",
    "end_post",
    "enrol",
    "enter_person",
    "give_password",
    "identify",
    "leave",
    "load_tree",
    "make_cast",
    "make_person",
    "make_token",
    "new_password",
    "new_salt",
    "note_sign_in",
    "note_sign_out",
    "pass_code",
    "reactivate",
    "renew_recovery",
    "reset_all_factors",
    "reset_factor",
    "reset_factor_of",
    "reset_password",
    "revoke_token",
    "secret_for",
    "use_token",
]
