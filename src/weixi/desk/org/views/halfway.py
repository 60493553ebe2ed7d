"""A sign-in that is half done: the password was right, and something is left to do. It opens nothing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from weixi.desk.org import operations, queries
from weixi.desk.org.models import User
from weixi.desk.org.requests import FACTOR
from weixi.desk.org.rules import PENDING_MINUTES, SignStep, needs_factor, next_step

_HELD = "half_signed_in"
_PAGES = {
    SignStep.CODE: "sign_in_code",
    SignStep.PASSWORD: "sign_in_password",
    SignStep.ENROL: "sign_in_enrol",
}


@dataclass(frozen=True, slots=True)
class Halfway:
    """Who is signing in, and to where. `factor_id`: of the second factor that was passed; `salt`: of one to set up."""

    user: User
    back: str
    salt: str
    factor_id: int | None = None


def begin(request: HttpRequest, user: User, back: str) -> HttpResponse:
    """After the password: in, or on to what is left. The session from before is not kept."""
    return proceed(request, Halfway(user, back, operations.new_salt()), is_first=True)


def proceed(request: HttpRequest, halfway: Halfway, *, is_first: bool = False) -> HttpResponse:
    """On to the next step, in a session of another key; after the last one the person is signed in."""
    step = step_of(halfway)
    address = request.META.get("REMOTE_ADDR", "")
    now = timezone.now()
    request.session.flush()
    if step is SignStep.DONE:
        enter(request, halfway)
        return HttpResponseRedirect(halfway.back)
    if is_first:
        operations.note_sign_in(user=halfway.user, address=address, now=now, is_finished=False)
    request.session[_HELD] = {
        "user": halfway.user.id,
        "hash": halfway.user.get_session_auth_hash(),
        "at": now.isoformat(),
        "back": halfway.back,
        "salt": halfway.salt,
        "factor": halfway.factor_id,
    }
    request.session.set_expiry(PENDING_MINUTES * 60)
    return redirect(_PAGES[step])


def enter(request: HttpRequest, halfway: Halfway) -> None:
    """Sign the person in, with a session of its own."""
    request.session.flush()
    login(request, halfway.user)
    if halfway.factor_id is not None:
        request.session[FACTOR] = halfway.factor_id
    operations.note_sign_in(
        user=halfway.user, address=request.META.get("REMOTE_ADDR", ""), now=timezone.now()
    )


def current(request: HttpRequest, step: SignStep) -> Halfway | None:
    """The half-done sign-in that stands before that step; None: there is none, or it took too long."""
    held = request.session.get(_HELD)
    if held is None or timezone.now() - datetime.fromisoformat(held["at"]) > timedelta(
        minutes=PENDING_MINUTES
    ):
        return None
    user = queries.person_of(held["user"])
    if user is None or not constant_time_compare(held["hash"], user.get_session_auth_hash()):
        return None
    halfway = Halfway(user, held["back"], held["salt"], held["factor"])
    return halfway if step_of(halfway) is step else None


def passed(halfway: Halfway, factor_id: int) -> Halfway:
    """The same with the second factor passed."""
    return replace(halfway, factor_id=factor_id)


def step_of(halfway: Halfway) -> SignStep:
    """What is left to do."""
    seen = queries.sight_of(user=halfway.user, today=timezone.localdate())
    return next_step(
        has_factor=queries.has_factor(user_id=halfway.user.id),
        needs_factor=needs_factor(seen.roles, is_required=settings.SECOND_FACTOR_REQUIRED),
        is_passed=halfway.factor_id is not None,
        must_change=halfway.user.must_change_password,
    )
