"""The audit's pages: entries, the proof of their chain, their download."""

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.audit import operations, queries
from weixi.desk.audit.queries import Asked
from weixi.desk.audit.rules import MOST_EXPORTED, Kind, number_in
from weixi.desk.base.routing import SeenRequest
from weixi.desk.base.templatetags.desk import language
from weixi.kernel.ids import mask_number

NEWEST = 50_000
"""So many entries are proved while a page waits; `weixi verify` proves all."""

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def entries(request: SeenRequest) -> HttpResponse:
    """Entries of the auditor's territory, newest first, searched; a fragment continues the list.

    A form is sent, so that no number stands in an address; a number typed whole becomes its subscriber.
    """
    if request.method == "POST":
        return _search(request)
    asked = _asked(request.GET)
    before = request.GET.get("before", "")
    page = queries.entries(
        territory=request.territory,
        asked=asked,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    said = _said(asked)
    shown = {
        "page": page,
        "asked": asked,
        "said": said,
        "more": urlencode({**said, "before": page.before}) if page.before is not None else "",
        "kinds": list(Kind),
        "acts": sorted(queries.acts().items()),
        "most": MOST_EXPORTED,
    }
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    if part:
        return render(request, "audit/rows.html", shown)
    return render(request, "audit/entries.html", {**shown, "head": queries.head()})


def _search(request: SeenRequest) -> HttpResponse:
    """To the list of what was asked. A number is looked up and left out: nothing keeps it."""
    said = _said(_asked(request.POST))
    parts = [(name, number) for name in ("q", "subject") if (number := number_in(said.get(name, "")))]
    for name, number in parts[:1]:
        said.pop(name)
        masked = mask_number(number)
        subscriber = queries.subscriber_of(number)
        operations.note_search(actor_id=_actor(request), subscriber=subscriber, now=timezone.now())
        if subscriber is None:
            said["subject"] = masked
            messages.error(
                request,
                _("没有查到号码 %(number)s 的用户。请核对号码，或改填用户编号。") % {"number": masked},
            )
        else:
            said["subject"] = str(subscriber)
            messages.success(
                request,
                _("号码 %(number)s 是用户 %(subscriber)s，按用户编号查找；号码不写入地址和审计。")
                % {"number": masked, "subscriber": subscriber},
            )
    return redirect(f"{reverse('audit')}?{urlencode(said)}")


def proof(request: SeenRequest) -> HttpResponse:
    """Walk the newest part of the chain, and say what was found."""
    found = operations.prove_now(actor_id=_actor(request), newest=NEWEST, now=timezone.now())
    return render(request, "audit/proof.html", {"proof": found})


def export(request: SeenRequest) -> HttpResponseBase:
    """The entries that were asked for, as a file; that it was taken is an entry itself."""
    form = "xlsx" if request.POST.get("form") == "xlsx" else "csv"
    asked = _asked(request.POST)
    stream = operations.export(
        territory=request.territory,
        asked=asked,
        said=_said(asked),
        form=form,
        language=language(),
        actor_id=_actor(request),
        now=timezone.now(),
    )
    name = f"weixi-audit-{timezone.localdate():%Y%m%d}.{form}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=_TYPES[form])


def _asked(given: QueryDict) -> Asked:
    return Asked(
        words=given.get("q", "")[:100],
        who=given.get("who", "").strip()[:150],
        act=given.get("act", "")[:64],
        kind=given.get("kind", "")[:16],
        subject=given.get("subject", "").strip()[:100],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _said(asked: Asked) -> dict[str, str]:
    """What was asked, as an address and a form say it."""
    said = {
        "q": asked.words,
        "who": asked.who,
        "act": asked.act,
        "kind": asked.kind,
        "subject": asked.subject,
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
    }
    return {name: value for name, value in said.items() if value}


def _actor(request: SeenRequest) -> int:
    return int(request.user.pk or 0)


def _day(text: str) -> date | None:
    """The day of a form's field; None where it holds none."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
