"""Calls that come in: the caller's page, what he called for."""

import secrets
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.requests import PersonRequest
from weixi.desk.subscriber.queries.search import Found
from weixi.desk.touch.operations.inbound import record_call
from weixi.desk.touch.operations.ringing import ring, ring_chosen
from weixi.desk.touch.queries.inbound import advice, call_page
from weixi.desk.touch.rules import Intent
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel

CHANNELS = (Channel.PHONE, Channel.OUTLET, Channel.WECHAT, Channel.APP)


def inbound(request: PersonRequest) -> HttpResponse:
    """GET: the field for a number, or the page of the call that the address names. POST: enter the call."""
    token = request.GET.get("call", "")
    if request.method == "POST":
        return _enter(request, token)
    return _page(request, token)


def open_number(request: PersonRequest) -> HttpResponse:
    """From a number, or a candidate, to the address of its call; the number is in no address.

    Of the end of a number the page lists whom it may be.
    """
    number, chosen = request.POST.get("number", ""), request.POST.get("subscriber", "")
    try:
        if chosen.isdecimal() and len(chosen) < 19:
            rung: str | Found = ring_chosen(
                subscriber_id=int(chosen), actor=request.sight, now=timezone.now()
            )
        else:
            rung = ring(number=number, actor=request.sight, now=timezone.now())
    except WeixiError as fault:
        return render(request, "touch/inbound.html", {"fault": fault, "number": number}, status=422)
    if isinstance(rung, str):
        return HttpResponseRedirect(_address(rung))
    return render(request, "touch/inbound.html", {"found": rung, "number": number})


def advised(request: PersonRequest) -> HttpResponse:
    """What the plan says of the caller, as a part of his page."""
    try:
        found = advice(request.GET.get("call", ""), request.sight)
    except WeixiError as fault:
        return render(request, "touch/advice.html", {"fault": fault})
    return render(request, "touch/advice.html", {"explanation": found.explanation})


def _address(token: str) -> str:
    return f"{reverse('inbound')}?{urlencode({'call': token})}"


def _page(
    request: PersonRequest, token: str, fault: WeixiError | None = None, status: int = 200
) -> HttpResponse:
    shown: dict[str, object] = {"fault": fault, "token": token}
    if token:
        try:
            shown["page"] = call_page(token, request.sight)
        except WeixiError as gone:
            return render(request, "touch/inbound.html", {"fault": gone}, status=410)
        shown |= {
            "intents": list(Intent),
            "channels": CHANNELS,
            "call_id": request.POST.get("call_id") or secrets.token_hex(16),
            "note": request.POST.get("note", ""),
            "chosen": request.POST.get("intent", ""),
        }
    return render(request, "touch/inbound.html", shown, status=status)


def _enter(request: PersonRequest, token: str) -> HttpResponse:
    intent, channel = request.POST.get("intent", ""), request.POST.get("channel", "")
    try:
        if intent not in set(Intent):
            raise _no_intent()
        done = record_call(
            token=token,
            intent=Intent(intent),
            channel=Channel(channel) if channel in set(Channel) else Channel.PHONE,
            note=request.POST.get("note", ""),
            sight=request.sight,
            call_id=request.POST.get("call_id", "") or secrets.token_hex(16),
            now=timezone.now(),
        )
    except WeixiError as fault:
        return _page(request, token, fault, status=422)
    messages.success(request, done.came.text.say(language()))
    return HttpResponseRedirect(_address(token))


def _no_intent() -> UsageError:
    return UsageError(
        "touch.intent",
        Text("还没有选择来意，没有登记。", "No intent was chosen; nothing was entered."),
        Text("选一项再登记。", "Choose one and enter again."),
    )
