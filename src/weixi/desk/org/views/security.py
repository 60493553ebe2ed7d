"""One's own password, second factor and tokens."""

from contextlib import suppress
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.org import operations, queries
from weixi.desk.org.picture import qr_of, spaced
from weixi.desk.org.requests import FACTOR, PersonRequest
from weixi.desk.org.rules import TokenScope, address_of
from weixi.kernel.errors import UsageError

_SALT = "salt_to_enrol"
USUAL_DAYS = 90
"""How long a token lasts where nothing else is chosen."""


def security(request: PersonRequest) -> HttpResponse:
    """What keeps the account: password, second factor, tokens."""
    return render(request, "org/security.html", _shown(request))


def renew(request: PersonRequest) -> HttpResponse:
    """New recovery codes for a code of the telephone; shown once."""
    now = timezone.now()
    try:
        codes = operations.renew_recovery(
            user=request.user, code=request.POST.get("code", ""), address=_address(request), now=now
        )
    except UsageError as fault:
        return render(request, "org/security.html", {**_shown(request), "factor_fault": fault}, status=422)
    return render(request, "org/recovery.html", {"codes": codes, "back": "/security/", "at": now})


def factor(request: PersonRequest) -> HttpResponse:
    """Set up the second factor, or another telephone in place of the old one."""
    if request.method != "POST" or _SALT not in request.session:
        request.session[_SALT] = operations.new_salt()
    salt = request.session[_SALT]
    secret = operations.secret_for(user_id=request.user.id, salt=salt)
    has_factor = queries.has_factor(user_id=request.user.id)
    shown = {
        "picture": qr_of(address_of(secret, request.user.username)),
        "secret": spaced(secret),
        "has_factor": has_factor,
    }
    if request.method != "POST":
        return render(request, "org/factor.html", shown)
    now, address = timezone.now(), _address(request)
    try:
        operations.confirm_password(
            user=request.user, password=request.POST.get("password", ""), address=address, now=now
        )
        if has_factor:
            operations.pass_code(
                user=request.user, code=request.POST.get("old_code", ""), address=address, now=now
            )
        made = operations.enrol(
            user=request.user, salt=salt, code=request.POST.get("code", ""), address=address, now=now
        )
    except UsageError as fault:
        return render(request, "org/factor.html", {**shown, "fault": fault}, status=422)
    update_session_auth_hash(request, request.user)
    request.session[FACTOR] = made.factor_id
    del request.session[_SALT]
    return render(request, "org/recovery.html", {"codes": made.codes, "back": "/security/", "at": now})


def make_token(request: PersonRequest) -> HttpResponse:
    """A new token; shown once."""
    until = date.min
    with suppress(ValueError):
        until = date.fromisoformat(request.POST.get("expires", ""))
    try:
        token = operations.make_token(
            user=request.user,
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scope"),
            expires_date=until,
            today=timezone.localdate(),
            now=timezone.now(),
        )
    except UsageError as fault:
        given = {"name": request.POST.get("name", ""), "chosen": request.POST.getlist("scope")}
        return render(
            request, "org/security.html", {**_shown(request), **given, "token_fault": fault}, status=422
        )
    return render(request, "org/security.html", {**_shown(request), "token": token})


def revoke_own(request: PersonRequest, token_id: int) -> HttpResponse:
    """Close one of one's own tokens."""
    if not queries.is_own_token(token_id=token_id, user_id=request.user.id):
        raise Http404
    operations.revoke_token(token_id=token_id, actor=request.user, reason="", now=timezone.now())
    messages.success(request, _("令牌已停用，使用它的系统即刻不能再调用。"))
    return redirect("security")


def _shown(request: PersonRequest) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "factor": queries.factor_state(user_id=request.user.id),
        "tokens": queries.tokens_of(user_id=request.user.id, today=today),
        "scopes": list(TokenScope),
        "tomorrow": today + timedelta(days=1),
        "expires": today + timedelta(days=USUAL_DAYS),
        "latest": today + timedelta(days=365),
    }


def _address(request: PersonRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
