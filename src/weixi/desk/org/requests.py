"""A request of somebody who is signed in."""

from django.http import HttpRequest

from weixi.desk.org.models import User
from weixi.desk.org.rules import Sight


class PersonRequest(HttpRequest):
    """A request past its guard.

    `user` is a person of ours, `sight` what they may see today, `territory` where they hold the roles of the route.
    """

    user: User
    sight: Sight
    territory: tuple[str, ...]
