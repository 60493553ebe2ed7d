"""A request of somebody who is signed in, or half way there."""

from django.http import HttpRequest

from weixi.desk.org.models import User
from weixi.desk.org.rules import Sight

FACTOR = "second_factor"
"""What a session holds (the factor's number) once a code was passed in it."""


class PersonRequest(HttpRequest):
    """A request past its guard.

    `user` is a person of ours, `sight` what they may see today, `territory` where they hold the roles of the route.
    """

    user: User
    sight: Sight
    territory: tuple[str, ...]
