"""People: an administrator's lists and acts, inside the territory."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org import operations, queries
from weixi.desk.org.requests import PersonRequest
from weixi.desk.org.rules import Role, Sight
from weixi.kernel.errors import UsageError


class _ActFor(Protocol):
    """One act of an administrator on a person, for a reason."""

    def __call__(self, *, person_id: int, sight: Sight, reason: str, now: datetime) -> object: ...


STATES = ("open", "closed", "new", "bare")


def people(request: PersonRequest) -> HttpResponse:
    """The people of the territory, searched; a fragment continues the list."""
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "role", "state")}
    page = queries.people(
        territory=request.territory,
        today=timezone.localdate(),
        words=asked["q"],
        role=asked["role"],
        state=asked["state"],
        after=request.GET.get("after", "")[:150],
    )
    more = urlencode({**asked, "after": page.after}) if page.after else ""
    shown = {"page": page, "asked": asked, "more": more, "roles": list(Role)}
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "org/people_rows.html" if part else "org/people.html", shown)


def nodes(request: PersonRequest) -> HttpResponse:
    """Nodes of the territory for what is being typed into a form."""
    found = queries.nodes_like(words=request.GET.get("node_code", "")[:100], territory=request.territory)
    return render(request, "org/node_choices.html", {"nodes": found})


def new(request: PersonRequest) -> HttpResponse:
    """Enter a person; the first password is shown once."""
    given = {name: request.POST.get(name, "")[:150] for name in ("username", "name", "agent_code", "role")}
    given["node_code"] = (request.POST.get("node_code") or request.GET.get("node_code") or "")[:64]
    shown: dict[str, object] = {
        "given": given,
        "roles": list(Role),
        "nodes": queries.nodes_like(words="", territory=request.territory),
    }
    if request.method != "POST":
        return render(request, "org/person_new.html", shown)
    try:
        made = operations.enter_person(
            **given, since_date=timezone.localdate(), sight=request.sight, now=timezone.now()
        )
    except UsageError as fault:
        return render(request, "org/person_new.html", {**shown, "fault": fault}, status=422)
    return render(request, "org/password_given.html", {"made": made})


def person(request: PersonRequest, person_id: int) -> HttpResponse:
    """One person: posts, account, second factor, tokens."""
    page = queries.person_page(
        person_id=person_id, territory=request.territory, seen=request.sight, today=timezone.localdate()
    )
    return render(
        request,
        "org/person.html",
        {
            "page": page,
            "roles": list(Role),
            "nodes": queries.nodes_like(words="", territory=request.territory),
        },
    )


def appoint(request: PersonRequest, person_id: int) -> HttpResponse:
    """Give the person a post in the territory, from today."""
    return _done(
        request,
        person_id,
        lambda now: operations.appoint_inside(
            person_id=person_id,
            role=request.POST.get("role", ""),
            node_code=request.POST.get("node_code", ""),
            since_date=timezone.localdate(),
            sight=request.sight,
            now=now,
        ),
        _("岗位已任命，即刻生效。"),
    )


def give_password(request: PersonRequest, person_id: int) -> HttpResponse:
    """A new first password; shown once."""
    try:
        made = operations.give_password(
            person_id=person_id, sight=request.sight, reason=_reason(request), now=timezone.now()
        )
    except UsageError as fault:
        _say(request, fault)
        return redirect("person", person_id=person_id)
    return render(request, "org/password_given.html", {"made": made})


def reset_factor(request: PersonRequest, person_id: int) -> HttpResponse:
    """Take the second factor away: the person sets another up at the next sign-in."""
    return _done_for(
        request,
        person_id,
        operations.reset_factor,
        _("验证器已解除，此人下次登录时重新绑定。"),
    )


def close(request: PersonRequest, person_id: int) -> HttpResponse:
    """Close the account."""
    return _done_for(
        request,
        person_id,
        operations.deactivate,
        _("账号已停用，此人已从所有设备退出。"),
    )


def open_again(request: PersonRequest, person_id: int) -> HttpResponse:
    """Open the account again."""
    return _done_for(
        request,
        person_id,
        operations.reactivate,
        _("账号已恢复，可用原密码登录。"),
    )


def leave(request: PersonRequest, person_id: int) -> HttpResponse:
    """See the person off."""
    return _done(
        request,
        person_id,
        lambda now: operations.leave(
            person_id=person_id,
            sight=request.sight,
            reason=_reason(request),
            today=timezone.localdate(now),
            now=now,
        ),
        _("全部岗位已结束，账号和令牌已停用。"),
    )


def revoke(request: PersonRequest, token_id: int) -> HttpResponse:
    """Close a token of somebody in the territory."""
    owner_id = operations.revoke_token(
        token_id=token_id,
        actor=request.user,
        reason=_reason(request),
        path=queries.path_of_token(token_id) or "",
        now=timezone.now(),
    )
    messages.success(request, _("令牌已停用，使用它的系统即刻不能再调用。"))
    return redirect("person", person_id=owner_id)


def _done(
    request: PersonRequest, person_id: int, act: Callable[[datetime], object], said: str
) -> HttpResponse:
    """Back to the person with what was done, or with why not."""
    try:
        act(timezone.now())
    except UsageError as fault:
        _say(request, fault)
    else:
        messages.success(request, said)
    return redirect("person", person_id=person_id)


def _done_for(request: PersonRequest, person_id: int, act: _ActFor, said: str) -> HttpResponse:
    """The same of an act that wants the reason in the form and nothing else."""

    def do(now: datetime) -> object:
        return act(person_id=person_id, sight=request.sight, reason=_reason(request), now=now)

    return _done(request, person_id, do, said)


def _say(request: PersonRequest, fault: UsageError) -> None:
    messages.error(request, f"{fault.what.say(language())} {fault.remedy.say(language())}")


def _reason(request: PersonRequest) -> str:
    return request.POST.get("reason", "")[:200]
