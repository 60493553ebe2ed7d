"""The customer's page and its parts."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.desk.org.requests import PersonRequest
from weixi.desk.subscriber import operations
from weixi.desk.subscriber.queries.history import history_of
from weixi.desk.subscriber.queries.household import household_of
from weixi.desk.subscriber.queries.plan import plan_of
from weixi.desk.subscriber.queries.record import record_of
from weixi.desk.subscriber.rules import RevealReason
from weixi.desk.subscriber.sections import sections_for
from weixi.kernel.errors import DataError, UsageError, WeixiError


def subscriber(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """One customer's page: its head; the parts come by addresses of their own."""
    profile = operations.look_at(
        subscriber_id=subscriber_id, sight=request.sight, today=timezone.localdate(), now=timezone.now()
    )
    if profile is None:
        raise Http404
    shown = {
        "profile": profile,
        "sections": sections_for(request.sight.roles, request.GET.keys()),
        "query": request.GET.urlencode(),
        "reasons": list(RevealReason),
    }
    return render(request, "subscriber/page.html", shown)


def plan(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """This month's plan and why."""
    try:
        view = plan_of(subscriber_id, request.sight, timezone.localdate())
    except (DataError, UsageError) as fault:
        return _fault(request, fault)
    return render(request, "subscriber/plan.html", {"view": view})


def history(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """Bills, use and labels of twelve months."""
    try:
        shown = history_of(subscriber_id)
    except DataError as fault:
        return _fault(request, fault)
    return render(request, "subscriber/history.html", {"history": shown})


def household(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """The household card."""
    return render(
        request, "subscriber/household.html", {"household": household_of(subscriber_id, request.sight)}
    )


def record(request: PersonRequest, subscriber_id: int) -> HttpResponse:
    """Events and past tasks."""
    return render(request, "subscriber/record.html", {"record": record_of(subscriber_id, request.sight)})


def reveal(request: PersonRequest, subscriber_id: int, what: str) -> HttpResponse:
    """A number or a name in full, once; a refused call says why and keeps the form."""
    acts = {"number": operations.reveal_number, "name": operations.reveal_name}
    if what not in acts:
        raise Http404
    chosen = request.POST.get("reason", "")
    known = {reason.value: reason.text.zh for reason in RevealReason}
    said = request.POST.get("words", "").strip() or known.get(chosen, "")
    shown = {"what": what, "subscriber_id": subscriber_id, "reasons": list(RevealReason)}
    try:
        shown["found"] = acts[what](
            subscriber_id=subscriber_id, sight=request.sight, reason=said, now=timezone.now()
        )
    except UsageError as fault:
        shown |= {"fault": fault, "words": request.POST.get("words", ""), "chosen": chosen}
    if request.headers.get("HX-Request"):
        return render(request, "subscriber/revealed.html", shown)
    return render(request, "subscriber/revealed_page.html", shown)


def _fault(request: PersonRequest, fault: WeixiError) -> HttpResponse:
    return render(request, "subscriber/fault.html", {"fault": fault})
