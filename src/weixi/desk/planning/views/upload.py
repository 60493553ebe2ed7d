"""Importing by upload: the files, the mapping, the import, the records that were refused."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.org.requests import PersonRequest
from weixi.desk.planning import mapping
from weixi.desk.planning.operations import upload as operations
from weixi.desk.planning.queries import uploads as queries
from weixi.desk.planning.rules import ENDINGS, LARGEST_UPLOAD
from weixi.desk.planning.views.answers import refused, say
from weixi.desk.worker.queries import last_job, workers
from weixi.flow.decision import harmless
from weixi.flow.extract import shipped_mappings
from weixi.kernel.errors import FaultList, WeixiError
from weixi.kernel.period import Month


def uploads(request: PersonRequest) -> HttpResponse:
    """The uploads of the territory, and the form for another."""
    shown = {
        "lines": queries.uploads(territory=request.territory),
        "endings": ",".join(ENDINGS),
        "largest": LARGEST_UPLOAD,
    }
    return render(request, "planning/uploads.html", shown)


def receive(request: PersonRequest) -> HttpResponse:
    """Take the files of the form."""
    try:
        upload_id = operations.receive(
            files=[(one.name or "", one.chunks()) for one in request.FILES.getlist("files")],
            month=_month(request),
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        return refused(request, fault, "uploads")
    return redirect("upload", upload_id=upload_id)


def upload(request: PersonRequest, upload_id: int) -> HttpResponse:
    """One upload: its files, how they are read, its import and what became of it."""
    return _page(request, upload_id, {})


def choose_mapping(request: PersonRequest, upload_id: int) -> HttpResponse:
    """Another mapping, or another text of it; a wrong text stays in the form with what is wrong at which line."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        operations.choose_mapping(
            upload_id=upload_id,
            name=request.POST.get("mapping", ""),
            text=text,
            month=_month(request),
            sight=request.sight,
            now=timezone.now(),
        )
    except FaultList as faults:
        return _page(request, upload_id, {"faults": faults.faults, "typed": text}, status=422)
    except WeixiError as fault:
        return _page(request, upload_id, {"faults": (fault,), "typed": text}, status=422)
    return redirect("upload", upload_id=upload_id)


def map_columns(request: PersonRequest, upload_id: int) -> HttpResponse:
    """Which of our columns the operator's columns fill, as the table says."""
    chosen = {
        name.removeprefix("column:"): str(value)
        for name, value in request.POST.items()
        if name.startswith("column:")
    }
    try:
        operations.map_columns(upload_id=upload_id, chosen=chosen, sight=request.sight, now=timezone.now())
    except FaultList as faults:
        return _page(request, upload_id, {"faults": faults.faults}, status=422)
    except WeixiError as fault:
        say(request, fault)
    return redirect("upload", upload_id=upload_id)


def look_again(request: PersonRequest, upload_id: int) -> HttpResponse:
    """Look at the files once more."""
    operations.ask_look(upload_id=upload_id, sight=request.sight, now=timezone.now())
    return redirect("upload", upload_id=upload_id)


def start(request: PersonRequest, upload_id: int) -> HttpResponse:
    """Begin the import."""
    try:
        operations.ask_import(
            upload_id=upload_id,
            restate=request.POST.get("restate", "").strip()[:200],
            accept_short=request.POST.get("accept_short") == "yes",
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        return refused(request, fault, "upload", upload_id=upload_id)
    return redirect("upload", upload_id=upload_id)


def quarantine(request: PersonRequest, upload_id: int) -> HttpResponse:
    """The records of one feed and month that were refused, numbers and names hidden."""
    feed, month, day = _which(request)
    line = queries.upload_line(upload_id)
    shown = {
        "line": line,
        "result": next(
            (r for r in line.results if (r["feed"], r["month"], r["day"]) == (feed, month, day)), None
        ),
        "rows": queries.refused(feed=feed, month=month, day=day),
        "limit": queries.SHOWN,
    }
    return render(request, "planning/quarantine.html", shown)


def quarantine_file(request: PersonRequest, upload_id: int) -> HttpResponseBase:
    """The same whole, as a CSV to mend the delivery by; the audit knows who took it."""
    feed, month, day = _which(request)
    partition = queries.quarantine_of(feed, month, day)
    if partition is None:
        messages.error(request, _("没有可以下载的隔离记录。"))
        return redirect("quarantine", upload_id=upload_id)
    operations.note_download(
        upload_id=upload_id,
        rows=partition.manifest.rows,
        sight=request.sight,
        path=queries.upload_line(upload_id).path,
        now=timezone.now(),
    )
    heading = (_("文件"), _("行号"), _("原因"), _("列"), _("值"), _("原文"))
    response = StreamingHttpResponse(
        _csv(heading, queries.refused_lines(partition)), content_type="text/csv; charset=utf-8"
    )
    name = quote(f"quarantine-{feed}-{day or month}.csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _page(request: PersonRequest, upload_id: int, more: dict[str, object], status: int = 200) -> HttpResponse:
    looked = last_job(kind="planning.suggest", key=str(upload_id))
    taking = last_job(kind="planning.import", key=str(upload_id))
    shown: dict[str, object] = {
        "line": queries.upload_line(upload_id),
        "looked": looked,
        "job": taking,
        "targets": mapping.targets(),
        "shipped": shipped_mappings(),
        "workers": workers(now=timezone.now()),
        "then": "reload",
    }
    return render(request, "planning/upload.html", shown | more, status=status)


def _which(request: PersonRequest) -> tuple[str, int, str]:
    month = request.GET.get("month", "")
    number = int(month) if month.isdecimal() and len(month) == 6 else 0
    return request.GET.get("feed", ""), number, request.GET.get("day", "")[:10]


def _month(request: PersonRequest) -> Month | None:
    """The month of the form; none where the field is empty. Raises UsageError for no month."""
    text = request.POST.get("month", "").strip()
    return Month.parse(text) if text else None


def _csv(heading: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Lines of a CSV that spreadsheets open as Chinese; cells that they would take for formulas are quoted."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    stream.write("\ufeff")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if stream.tell() > 65_536:
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue()
