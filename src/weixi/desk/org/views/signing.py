"""Signing in, step by step, and out; the password."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org import operations
from weixi.desk.org.picture import qr_of, spaced
from weixi.desk.org.requests import PersonRequest
from weixi.desk.org.rules import SignStep, address_of, no_sign_in
from weixi.desk.org.views import halfway
from weixi.kernel.errors import UsageError


def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. A session that was begun before signing in is not kept."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(back)
        return render(request, "org/sign_in.html", {"next": back})
    username = request.POST.get("username", "").strip()
    try:
        user = operations.identify(
            username=username,
            password=request.POST.get("password", ""),
            address=_address(request),
            now=timezone.now(),
        )
    except UsageError as fault:
        shown = {"next": back, "username": username, "fault": fault}
        return render(request, "org/sign_in.html", shown, status=_status(fault))
    return halfway.begin(request, user, back)


def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the telephone, or a recovery code."""
    held = halfway.current(request, SignStep.CODE)
    if held is None:
        return _anew(request)
    if request.method != "POST":
        return render(request, "org/sign_in_code.html", {"person": held.user})
    try:
        factor_id = operations.pass_code(
            user=held.user,
            code=request.POST.get("code", "") or request.POST.get("recovery", ""),
            address=_address(request),
            now=timezone.now(),
        )
    except UsageError as fault:
        shown = {"person": held.user, "fault": fault, "is_recovery": bool(request.POST.get("recovery"))}
        return render(request, "org/sign_in_code.html", shown, status=_status(fault))
    return halfway.proceed(request, halfway.passed(held, factor_id))


def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own in place of the one that an administrator gave."""
    held = halfway.current(request, SignStep.PASSWORD)
    if held is None:
        return _anew(request)
    faults: list[str] = []
    if request.method == "POST":
        new = request.POST.get("new", "")
        try:
            if new != request.POST.get("again", ""):
                raise ValidationError(_("两次输入的新密码不一致。"))
            operations.choose_password(user=held.user, new=new, now=timezone.now())
        except ValidationError as fault:
            faults = fault.messages
        except UsageError as fault:
            faults = [fault.what.say(language())]
        else:
            return halfway.proceed(request, held)
    shown = {"person": held.user, "faults": faults}
    return render(request, "org/sign_in_password.html", shown, status=422 if faults else 200)


def enrol(request: HttpRequest) -> HttpResponse:
    """Setting the second factor up; then the recovery codes, once."""
    held = halfway.current(request, SignStep.ENROL)
    if held is None:
        return _anew(request)
    secret = operations.secret_for(user_id=held.user.id, salt=held.salt)
    shown = {
        "person": held.user,
        "picture": qr_of(address_of(secret, held.user.username)),
        "secret": spaced(secret),
    }
    if request.method != "POST":
        return render(request, "org/sign_in_enrol.html", shown)
    now, address = timezone.now(), _address(request)
    try:
        made = operations.enrol(
            user=held.user, salt=held.salt, code=request.POST.get("code", ""), address=address, now=now
        )
    except UsageError as fault:
        return render(request, "org/sign_in_enrol.html", {**shown, "fault": fault}, status=_status(fault))
    halfway.enter(request, halfway.passed(held, made.factor_id))
    return render(request, "org/recovery.html", {"codes": made.codes, "back": held.back, "at": now})


def sign_out(request: PersonRequest) -> HttpResponse:
    """End the session."""
    operations.note_sign_out(user=request.user, now=timezone.now())
    logout(request)
    return redirect("sign_in")


def password(request: PersonRequest) -> HttpResponse:
    """Change one's own password."""
    faults: list[str] = []
    if request.method == "POST":
        new = request.POST.get("new", "")
        try:
            if new != request.POST.get("again", ""):
                raise ValidationError(_("两次输入的新密码不一致。"))
            operations.change_password(
                user=request.user, old=request.POST.get("old", ""), new=new, now=timezone.now()
            )
        except ValidationError as fault:
            faults = fault.messages
        except UsageError as fault:
            faults = [fault.what.say(language())]
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已更改，您在其他设备上的登录已全部退出。"))
            return redirect("overview")
    return render(request, "org/password.html", {"faults": faults}, status=422 if faults else 200)


def _anew(request: HttpRequest) -> HttpResponse:
    """From the beginning: there is no sign-in that stands before this step."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method == "POST":
        return render(request, "org/sign_in.html", {"next": "/", "fault": no_sign_in()}, status=401)
    return redirect("sign_in")


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _status(fault: UsageError) -> int:
    return 429 if fault.code == "org.sign_in_closed" else 401
