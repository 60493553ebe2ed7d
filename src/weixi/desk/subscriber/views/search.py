"""Searching: what is typed comes by POST, so that no address, log or history keeps a number."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.desk.org.requests import PersonRequest
from weixi.desk.subscriber import operations
from weixi.desk.subscriber.seeking import HOW, LONGEST
from weixi.kernel.errors import UsageError


def customers(request: PersonRequest) -> HttpResponse:
    """The search page, and what a search found."""
    shown: dict[str, object] = {"how": HOW, "longest": LONGEST}
    if request.method == "POST":
        text = request.POST.get("q", "")
        shown["q"] = text
        try:
            shown["found"] = operations.seek(text=text, sight=request.sight, now=timezone.now())
        except UsageError as fault:
            shown["fault"] = fault
    part = request.method == "POST" and request.headers.get("HX-Request")
    return render(request, "subscriber/found.html" if part else "subscriber/customers.html", shown)
