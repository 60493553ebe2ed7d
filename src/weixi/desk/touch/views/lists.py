"""Lists from outside: choose a file, see what would become of each row, take the report, confirm."""

import secrets
from collections.abc import Mapping

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from weixi.desk.base.templatetags.desk import language
from weixi.desk.dispatch.queries.lists import lists_of
from weixi.desk.dispatch.rules import Listed
from weixi.desk.org.requests import PersonRequest
from weixi.desk.touch.operations.external import make_list
from weixi.desk.touch.queries.external import SOURCE, ReportRow, choices_of, list_page, preview
from weixi.desk.touch.queries.report import FORMS, report
from weixi.desk.touch.queries.upload import KINDS, Sheet, read_upload
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel

SHOWN = 10
_ORDER = (
    Listed.SILENCED,
    Listed.HELD_OUT,
    Listed.ALREADY_OPEN,
    Listed.UNKNOWN,
    Listed.REPEATED,
    Listed.NOT_YOURS,
    Listed.FOLDED,
    Listed.ADDED,
)
_TONES = {
    Listed.ADDED: "chip-green",
    Listed.FOLDED: "chip-green",
    Listed.REPEATED: "chip-yellow",
    Listed.ALREADY_OPEN: "chip-yellow",
    Listed.HELD_OUT: "chip-red",
    Listed.SILENCED: "chip-red",
    Listed.NOT_YOURS: "chip",
    Listed.UNKNOWN: "chip",
}


def lists(request: PersonRequest) -> HttpResponse:
    """GET: the form and the lists made before. POST: what the chosen file would do; nothing is written."""
    if request.method == "POST":
        return _previewed(request)
    return _page(request)


def make(request: PersonRequest) -> HttpResponse:
    """Make the list into tasks, and show what became of each row."""
    try:
        sheet = _sheet(request)
        choices = choices_of(sheet, request.POST.dict(), timezone.localdate())
        done = make_list(
            sheet=sheet,
            choices=choices,
            sight=request.sight,
            call_id=request.POST.get("call_id", "") or secrets.token_hex(16),
            now=timezone.now(),
        )
    except WeixiError as fault:
        return _page(request, fault)
    return HttpResponseRedirect(reverse("list", args=[done.list_id]))


def report_before(request: PersonRequest) -> HttpResponse:
    """The report on a file that was not confirmed yet."""
    try:
        sheet = _sheet(request)
        today = timezone.localdate()
        shown = preview(sheet, choices_of(sheet, request.POST.dict(), today), request.sight, today)
    except WeixiError as fault:
        return _page(request, fault)
    form = request.POST.get("form", "xlsx")
    return _file(shown.rows, form if form in FORMS else "xlsx", "preview")


def made(request: PersonRequest, list_id: int) -> HttpResponse:
    """One list that was made."""
    page = list_page(list_id)
    if page is None:
        raise Http404
    shown = {"page": page, "counts": _counts(page.counts), "rows": _rows(page.rows), "shown": SHOWN}
    return render(request, "touch/list.html", {**shown, "row_count": len(page.rows)})


def made_report(request: PersonRequest, list_id: int, form: str) -> HttpResponse:
    """The report on a list that was made."""
    page = list_page(list_id)
    if page is None or form not in FORMS:
        raise Http404
    return _file(page.rows, form, str(list_id))


def _page(request: PersonRequest, fault: WeixiError | None = None) -> HttpResponse:
    shown = {
        "lists": lists_of(request.territory, SOURCE),
        "levels": list(WarningLevel),
        "kinds": ",".join(KINDS),
        "fault": fault,
    }
    return render(request, "touch/lists.html", shown, status=200 if fault is None else 422)


def _previewed(request: PersonRequest) -> HttpResponse:
    try:
        sheet = _sheet(request)
        today = timezone.localdate()
        choices = choices_of(sheet, request.POST.dict(), today)
        found = preview(sheet, choices, request.sight, today)
    except WeixiError as fault:
        return render(request, "touch/preview.html", {"fault": fault})
    return render(
        request,
        "touch/preview.html",
        {
            "sheet": sheet,
            "choices": choices,
            "preview": found,
            "counts": _counts(found.counts),
            "rows": _rows(found.rows),
            "row_count": len(found.rows),
            "shown": SHOWN,
            "added": found.counts[Listed.ADDED],
            "call_id": secrets.token_hex(16),
        },
    )


def _sheet(request: PersonRequest) -> Sheet:
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise UsageError(
            "list.file",
            Text("还没有选择文件", "no file was chosen"),
            Text("选择一个 Excel 或 CSV 文件", "choose an Excel or CSV file"),
        )
    return read_upload(file, file.name, file.size or 0, request.POST.get("sheet", ""))


def _counts(counts: Mapping[Listed, int]) -> list[tuple[Listed, int, str]]:
    return [(verdict, count, _TONES[verdict]) for verdict, count in counts.items() if count]


def _rows(rows: tuple[ReportRow, ...]) -> list[tuple[ReportRow, str]]:
    """The rows that a page shows: the first SHOWN of each verdict, those that make no task before those that do."""
    shown: dict[Listed, list[ReportRow]] = {verdict: [] for verdict in _ORDER}
    for row in rows:
        if len(shown[row.verdict]) < SHOWN:
            shown[row.verdict].append(row)
    return [(row, _TONES[verdict]) for verdict in _ORDER for row in shown[verdict]]


def _file(rows: tuple[ReportRow, ...], form: str, name: str) -> HttpResponse:
    response = HttpResponse(report(rows, form, language()), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="list-{name}.{form}"'
    return response
