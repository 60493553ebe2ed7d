"""Puts the person's sight of today on every request."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.utils import timezone

from weixi.desk.org.models import User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.requests import PersonRequest


class SightMiddleware:
    """Asked anew on every request: who was moved an hour ago sees nothing of yesterday's subtree."""

    def __init__(self, get_response: Callable[[PersonRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponseBase:
        """The answer to the request with `sight`, which nobody has who is not signed in."""
        if isinstance(request.user, User):
            request.sight = sight_of(user=request.user, today=timezone.localdate())
        return self.get_response(request)
