"""Puts the person's sight of today on every request, and lets nobody in by half."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from weixi.desk.org.models import User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.requests import FACTOR, PersonRequest
from weixi.desk.org.rules import needs_factor

LARGEST_ANONYMOUS = 1024 * 1024
"""Bytes of a request from somebody who is not signed in; nothing larger is read, or kept while it is looked at."""


class SightMiddleware:
    """Asked anew on every request: who was moved an hour ago sees nothing of yesterday's subtree.

    A session without the second factor that today's posts ask for is ended, and so is one with a first password.
    """

    def __init__(self, get_response: Callable[[PersonRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponseBase:
        """The answer to the request with `sight`, which nobody has who is not signed in."""
        is_in = False
        if isinstance(request.user, User):
            seen = sight_of(user=request.user, today=timezone.localdate())
            asked = needs_factor(seen.roles, is_required=settings.SECOND_FACTOR_REQUIRED)
            if request.user.must_change_password or (asked and FACTOR not in request.session):
                logout(request)
            else:
                request.sight = seen
                is_in = True
        if not is_in and _length(request) > LARGEST_ANONYMOUS:
            return HttpResponse(status=413)
        return self.get_response(request)


def _length(request: PersonRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0
