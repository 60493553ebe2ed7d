"""Contacts outside tasks: the part of a customer's page, the visit form, notes, what is settled."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.org.requests import PersonRequest
from weixi.desk.touch.operations.contacts import record_contact, settle_finding, write_note
from weixi.desk.touch.queries.contacts import channel_use, contacts, subscriber_of_finding
from weixi.desk.touch.queries.customer import customer_of
from weixi.desk.touch.queries.upload import parse_day
from weixi.desk.touch.rules import WORKERS, Result, Said
from weixi.kernel.errors import WeixiError
from weixi.kernel.terms import Channel


def part(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """The part of the customer's page."""
    return _part(request, subscriber_id)


def note(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """Add a shared note, and show the part again."""
    try:
        write_note(
            subscriber_id=subscriber_id,
            sight=request.sight,
            text=request.POST.get("text", ""),
            call_id=request.POST.get("call_id", "") or secrets.token_hex(16),
            now=timezone.now(),
        )
    except WeixiError as fault:
        return _part(request, subscriber_id, fault)
    return _part(request, subscriber_id)


def settle(request: PersonRequest, finding_id: int) -> HttpResponse:
    """Settle a problem or a promise, and show the part again."""
    subscriber_id = subscriber_of_finding(finding_id)
    if subscriber_id is None:
        raise Http404
    try:
        settle_finding(
            finding_id=finding_id,
            sight=request.sight,
            solution=request.POST.get("solution", ""),
            now=timezone.now(),
        )
    except WeixiError as fault:
        return _part(request, subscriber_id, fault)
    if request.headers.get("HX-Request"):
        return _part(request, subscriber_id)
    messages.success(request, _("已了结。"))
    return HttpResponseRedirect(reverse("return_calls"))


def visit(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """The form of one contact: by which way, what came of it, what the customer told us."""
    customer = customer_of(subscriber_id, request.sight)
    if customer is None:
        raise Http404
    given = request.POST
    fault: WeixiError | None = None
    if request.method == "POST":
        channel, result = given.get("channel", ""), given.get("result", "")
        try:
            record_contact(
                subscriber_id=subscriber_id,
                sight=request.sight,
                channel=Channel(channel) if channel in set(Channel) else Channel.PHONE,
                result=Result(result) if result in set(Result) else Result.REACHED,
                said={kind: given.get(kind.value.lower(), "") for kind in Said},
                promised_date=parse_day(given.get("promised_date", "")),
                note=given.get("note", ""),
                call_id=given.get("call_id", "") or secrets.token_hex(16),
                now=timezone.now(),
            )
        except WeixiError as wrong:
            fault = wrong
        else:
            messages.success(request, _("联系已登记。"))
            return HttpResponseRedirect(reverse("return_calls"))
    uses = channel_use(subscriber_id)
    shown = {
        "customer": customer,
        "channels": list(Channel),
        "results": list(Result),
        "kinds": [(kind, kind.value.lower(), given.get(kind.value.lower(), "")) for kind in Said],
        "given": given,
        "uses": uses,
        "channel": given.get("channel") or (uses[0].channel.value if uses else Channel.PHONE.value),
        "result": given.get("result") or Result.REACHED.value,
        "call_id": given.get("call_id") or secrets.token_hex(16),
        "fault": fault,
    }
    return render(request, "touch/visit.html", shown, status=200 if fault is None else 422)


def _part(request: PersonRequest, subscriber_id: int, fault: WeixiError | None = None) -> HttpResponse:
    customer = customer_of(subscriber_id, request.sight)
    if customer is None:
        raise Http404
    shown = {
        "contacts": contacts(subscriber_id, timezone.now()),
        "may_write": customer.is_ours and bool(request.sight.roles & WORKERS),
        "call_id": secrets.token_hex(16),
        "text": request.POST.get("text", "") if fault is not None else "",
        "fault": fault,
    }
    return render(request, "touch/contacts.html", shown)
