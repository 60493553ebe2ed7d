"""Calls that come in, for the operator's call system: open the caller's page, enter what he called for."""

from typing import Annotated
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from weixi.desk.base.routing import held_by
from weixi.desk.org.rest import CallKey, CallRequest, operation
from weixi.desk.org.rules import TokenScope
from weixi.desk.touch.operations.inbound import Came, open_call, record_call
from weixi.desk.touch.rules import CALL_MINUTES, CALL_TAKERS, Intent
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel

router = Router(tags=["calls"])


class CallIn(Schema):
    """A call that rings: the caller's number as the exchange shows it."""

    number: Annotated[str, Field(min_length=3, max_length=32)]


class CallOut(Schema):
    """Where the caller's page is: `address` below the desk's own, for the screen of whoever takes the call.

    `token` names the call for `minutes`; no number is in either.
    """

    token: str
    address: str
    minutes: int


class IntentIn(Schema):
    """What the caller wanted."""

    token: Annotated[str, Field(max_length=200)]
    intent: Intent
    channel: Channel = Channel.PHONE
    note: Annotated[str, Field(max_length=500)] = ""


class EnteredOut(Schema):
    """What the entry led to; `task_id` is the task it made or raised, "" for none."""

    came: Came
    task_id: str


@operation(
    router,
    "POST",
    "/calls",
    token=TokenScope.WRITE_CALLS,
    scope=held_by(*CALL_TAKERS),
    text=Text("来电弹屏：由号码打开客户页", "a call comes in: the caller's page by his number"),
    answer=CallOut,
)
def open_caller(request: CallRequest, ringing: CallIn) -> object:
    """Who opens the address signs in and sees what he may of the customer. 422 where the book has no such number."""
    token = open_call(number=ringing.number, actor=request.sight, now=timezone.now())
    address = f"{reverse('inbound')}?{urlencode({'call': token})}"
    return {"token": token, "address": address, "minutes": CALL_MINUTES}


@operation(
    router,
    "POST",
    "/calls/intent",
    token=TokenScope.WRITE_CALLS,
    scope=held_by(*CALL_TAKERS),
    text=Text("登记来意：携转、销户等意向", "enter what a caller wanted: to port out, to cancel and others"),
    answer=EnteredOut,
)
def enter_intent(request: CallRequest, wanted: IntentIn, call_key: CallKey) -> object:
    """Who is about to leave gets a task of the highest level, or his open one goes a level up; see `came`."""
    return record_call(
        token=wanted.token,
        intent=wanted.intent,
        channel=wanted.channel,
        note=wanted.note,
        sight=request.sight,
        call_id=f"t{request.auth.token_id}-{call_key}",
        now=timezone.now(),
    )
