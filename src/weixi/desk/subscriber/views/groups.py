"""Customers in groups, and the lists behind the counts."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from weixi.desk.base.templatetags.desk import language
from weixi.desk.org.queries import roots_of
from weixi.desk.org.requests import PersonRequest
from weixi.desk.subscriber.queries.groups import AGES, groups_of
from weixi.desk.subscriber.queries.listing import Wanted, list_customers
from weixi.desk.subscriber.rules import READERS
from weixi.kernel.errors import DataError
from weixi.kernel.terms import Category, ExitType, Grade

ASKED = ("node", "grade", "category", "exit", "age", "came", "live")
"""What the address of a list may name."""


def groups(request: PersonRequest) -> HttpResponse:
    """To the groups of the node at the top of the person's sight; an agent goes to the list of his customers."""
    roots = roots_of(seen=request.sight, roles=READERS)
    if not roots:
        return redirect("customer_list")
    if len(roots) == 1:
        return redirect("node_groups", code=roots[0].code)
    return render(request, "subscriber/tops.html", {"roots": roots})


def node_groups(request: PersonRequest, code: str) -> HttpResponse:
    """The groups of one node."""
    shown: dict[str, object] = {}
    try:
        shown["groups"] = groups_of(code, request.sight)
    except DataError as fault:
        shown["fault"] = fault
    return render(request, "subscriber/groups.html", shown)


def customer_list(request: PersonRequest) -> HttpResponse:
    """The customers of a group, page by page; a fragment continues the list."""
    asked = {name: request.GET.get(name, "")[:64] for name in ASKED}
    wanted = Wanted(
        node=asked["node"],
        grade=asked["grade"] if asked["grade"] in set(Grade) else "",
        category=asked["category"] if asked["category"] in set(Category) else "",
        exit_type=asked["exit"] if asked["exit"] in set(ExitType) else "",
        age=int(asked["age"]) if asked["age"] in {str(k) for k in range(len(AGES))} else None,
        came=asked["came"] == "1",
        live=asked["live"] == "1" and not asked["grade"],
    )
    try:
        listing = list_customers(wanted, request.sight, _after(request.GET.get("after", "")))
    except DataError as fault:
        return render(request, "subscriber/list.html", {"fault": fault})
    if listing is None and wanted.node:
        raise Http404
    kept = {name: value for name, value in asked.items() if value}
    more = (
        urlencode({**kept, "after": f"{listing.after[0]}.{listing.after[1]}"})
        if listing is not None and listing.after is not None
        else ""
    )
    texts = [
        *(Grade(wanted.grade).text for _ in (1,) if wanted.grade),
        *(Category(wanted.category).text for _ in (1,) if wanted.category),
        *(ExitType(wanted.exit_type).text for _ in (1,) if wanted.exit_type),
        *(AGES[wanted.age] for _ in (1,) if wanted.age is not None),
    ]
    shown = {
        "listing": listing,
        "more": more,
        "came": wanted.came,
        "chosen": [text.say(language()) for text in texts],
        "grades": [(g, g.text, urlencode({**kept, "grade": g.value})) for g in Grade],
        "grade": wanted.grade,
    }
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "subscriber/list_rows.html" if part else "subscriber/list.html", shown)


def _after(text: str) -> tuple[int, int] | None:
    """The place of the last row of the page before; None for what is none."""
    revenue, _, last = text.partition(".")
    digits = revenue.removeprefix("-")
    if digits.isdecimal() and last.isdecimal() and len(revenue) < 18 and len(last) < 18:
        return int(revenue), int(last)
    return None
