"""The agent's workbench: the queue of the day, one customer at a time."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.book import playbook
from weixi.desk.dispatch.operations import dial, work
from weixi.desk.dispatch.queries.brief import WorkCard, why, work_card
from weixi.desk.dispatch.queries.no_contact import SilencedPage, refusing, silenced
from weixi.desk.dispatch.queries.queue import Queue, my_queue, pool_page, verified_page
from weixi.desk.dispatch.queries.standards import calling_hours
from weixi.desk.dispatch.queries.team import node_names
from weixi.desk.dispatch.rules import ContactResult, Refused
from weixi.desk.dispatch.views.outcome import OUTCOMES, report
from weixi.desk.dispatch.views.reply import SCRIPTS, call_of, is_part, names_of, new_call, pair_of, tell
from weixi.desk.org.requests import PersonRequest
from weixi.desk.org.rules import Role
from weixi.kernel.errors import WeixiError
from weixi.kernel.terms import Channel
from weixi.playbook import Playbook

SHOWN = 30


def workbench(request: PersonRequest) -> HttpResponse:
    """The queue and the customer chosen (`task`), else the weightiest one; a part where a part is asked for."""
    return _bench(request, request.GET.get("task", ""))


def outcome(request: PersonRequest, task_id: str) -> HttpResponse:
    """Report what came of it; the next customer follows. What is refused is said on the card, and nothing is lost."""
    now = timezone.now()
    card = work_card(request.sight, task_id, playbook(), now)
    if card is None:
        raise Http404
    try:
        said = report(request, task_id, now)
    except Refused as fault:
        return _bench(request, task_id, fault=fault, note=request.POST.get("note", ""))
    if not is_part(request):
        following = _following(_queue(request, playbook(), now), card)
        return redirect(f"{reverse('workbench')}?task={following}" if following else "workbench")
    return _bench(request, "", said=said, before=card)


def claim(request: PersonRequest) -> HttpResponse:
    """Take a task of the shared pool; it is opened then."""
    task_id = request.POST.get("task", "")
    try:
        work.claim(task_id=task_id, sight=request.sight, call_id=call_of(request), now=timezone.now())
    except Refused as fault:
        tell(request, fault)
        return redirect("pool")
    return redirect(f"{reverse('workbench')}?task={task_id}")


def reveal(request: PersonRequest, task_id: str) -> HttpResponse:
    """The number in full."""
    return _number(request, task_id, is_call=False)


def call(request: PersonRequest, task_id: str) -> HttpResponse:
    """The number as a link that dials; that it was used is in the audit already."""
    return _number(request, task_id, is_call=True)


def more(request: PersonRequest, task_id: str) -> HttpResponse:
    """Why this offer and not another: asked of the book when somebody wants to know."""
    try:
        told = why(request.sight, task_id, playbook(), timezone.localdate())
    except WeixiError as fault:
        return render(request, "dispatch/why.html", {"fault": fault})
    if told is None:
        raise Http404
    return render(request, "dispatch/why.html", {"told": told})


def pool(request: PersonRequest) -> HttpResponse:
    """The tasks that nobody has yet, the weightiest first."""
    page = pool_page(request.sight, timezone.localdate(), after=pair_of(request.GET.get("after", "")))
    shown = {"page": page, "call": new_call(), "names": names_of(playbook())}
    return render(request, "dispatch/pool_rows.html" if is_part(request) else "dispatch/pool.html", shown)


def no_contact(request: PersonRequest) -> HttpResponse:
    """Who must not be contacted, and why: who said so himself, and whom a rule silences; a part is more of one list."""
    given, said = request.GET.get("after", ""), request.GET.get("said") == "1"
    after = int(given) if given.isdecimal() and len(given) < 19 else None
    pages: dict[str, SilencedPage] = {}
    if said or not is_part(request):
        pages["refusing"] = refusing(request.sight, timezone.localdate(), after=after if said else None)
    if not said or not is_part(request):
        pages["silenced"] = silenced(request.sight, playbook(), after=None if said else after)
    shown: dict[str, object] = {
        **pages,
        "people": node_names(row.owner_code or row.unit_code for page in pages.values() for row in page.rows),
    }
    if is_part(request):
        shown |= {"page": pages["refusing" if said else "silenced"], "said": said}
        return render(request, "dispatch/no_contact_rows.html", shown)
    return render(request, "dispatch/no_contact.html", shown)


def callbacks(request: PersonRequest) -> HttpResponse:
    """The tasks that the data verified: the customer is asked once more."""
    shown = {
        "rows": verified_page(request.sight),
        "results": (
            ContactResult.AGREED,
            ContactResult.REACHED,
            ContactResult.REFUSED,
            ContactResult.NOT_REACHED,
        ),
        "call": new_call(),
        "names": names_of(playbook()),
    }
    return render(request, "dispatch/callbacks.html", shown)


def call_back(request: PersonRequest, task_id: str) -> HttpResponse:
    """Report the call back."""
    try:
        given = request.POST.get("result", "")
        work.call_back(
            task_id=task_id,
            sight=request.sight,
            result=ContactResult(given) if given in set(ContactResult) else ContactResult.REACHED,
            channel=Channel.PHONE,
            call_id=call_of(request),
            now=timezone.now(),
            note=request.POST.get("note", "")[:500],
        )
    except Refused as fault:
        tell(request, fault)
    return redirect("callbacks")


def _number(request: PersonRequest, task_id: str, *, is_call: bool) -> HttpResponse:
    now = timezone.now()
    shown: dict[str, object] = {"is_call": is_call, "task_id": task_id}
    try:
        if is_call:
            spans = calling_hours(playbook())
            shown["number"] = dial.place_call(task_id=task_id, sight=request.sight, spans=spans, now=now)
        else:
            shown["number"] = dial.reveal(task_id=task_id, sight=request.sight, now=now)
    except Refused as fault:
        shown["fault"] = fault
    return render(request, "dispatch/number.html" if is_part(request) else "dispatch/number_page.html", shown)


def _bench(
    request: PersonRequest,
    task_id: str,
    *,
    fault: Refused | None = None,
    note: str = "",
    said: str = "",
    before: WorkCard | None = None,
) -> HttpResponse:
    now = timezone.now()
    book = playbook()
    queue = _queue(request, book, now)
    card = work_card(request.sight, task_id, book, now) if task_id else None
    chosen = task_id if card is not None else _following(queue, before)
    is_gone = bool(task_id) and card is None
    if card is None and chosen:
        card = work_card(request.sight, chosen, book, now)
    listed = [row.task_id for row in queue.rows]
    at = listed.index(chosen) if chosen in listed else -1
    shown = {
        "queue": queue,
        "load": _load(book),
        "work": card,
        "call": new_call(),
        "outcomes": OUTCOMES,
        "fault": fault,
        "is_gone": is_gone,
        "note": note,
        "said": said,
        "next": listed[at + 1] if at + 1 < len(listed) else "",
        "previous": listed[at - 1] if at > 0 else "",
        "names": names_of(book),
        "scripts": SCRIPTS,
        "may_claim": Role.AGENT in request.sight.roles,
        "empty": _("今天的任务已经办完。") if queue.done_count else _("今天没有要办的任务。"),
    }
    return render(request, "dispatch/bench.html" if is_part(request) else "dispatch/workbench.html", shown)


def _load(book: Playbook) -> int | None:
    """The tasks of a person's day; None: the playbook sets none."""
    return book.service.load.tasks_per_day if book.service.load is not None else None


def _queue(request: PersonRequest, book: Playbook, now: datetime) -> Queue:
    return my_queue(
        request.sight,
        timezone.localdate(now),
        now=now,
        after=pair_of(request.GET.get("after", "")),
        limit=SHOWN,
        tasks_per_day=_load(book),
    )


def _following(queue: Queue, before: WorkCard | None) -> str:
    """The customer after the one just done with, by weight; else the weightiest; a due appointment goes first."""
    if before is None:
        return queue.rows[0].task_id if queue.rows else ""
    place = (-before.card.priority, before.card.id)
    later = [row.task_id for row in queue.rows if (-row.priority, row.id) > place]
    rest = [row.task_id for row in queue.rows if row.id != before.card.id]
    return (later or rest or [""])[0]
