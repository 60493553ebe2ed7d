"""对数: official values and lists entered, and set beside ours."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.org.queries import path_of_node
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.operations import official as operations
from weixi.desk.scorecard.queries import official as queries
from weixi.desk.scorecard.queries.month import assessed_kpis, choose_month
from weixi.desk.scorecard.queries.tree import tree_of
from weixi.desk.scorecard.rules.acts import ISSUERS
from weixi.desk.scorecard.views.unit import FAULTS, start_of, told, unit_page
from weixi.flow.assessment import KPI_NAMES, OfficialValue, official_rate, official_sheet
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MOST_BYTES = 60_000_000
"""Of an official file: a million subscribers."""


def official(request: PersonRequest, code: str) -> HttpResponse:
    """One KPI at the unit: official values beside ours, the difference, and the forms to enter them."""
    try:
        choice = choose_month(request.GET.get("month", ""))
        month = choice.month
        kpis = assessed_kpis(month)
        kpi = request.GET.get("kpi", "") or next(iter(kpis), "")
        page = queries.official_page(choice, kpi, code, request.territory, start=start_of(request))
        tree = tree_of(month)
    except FAULTS as fault:
        return unit_page(request, code, "official", fault)
    may_enter = request.sight.covers_as(path_of_node(code) or "", ISSUERS)
    shown = {
        "code": code,
        "place": tree.places.get(code),
        "way": tree.way(code, request.territory),
        "month": month,
        "months": choice.months,
        "kpis": [(each, KPI_NAMES[each]) for each in kpis],
        "kpi": kpi,
        "page": page,
        "may_enter": may_enter,
        "may_list": may_enter and page.is_top,
    }
    return render(request, "scorecard/official.html", shown)


def official_enter(request: PersonRequest, code: str) -> HttpResponse:
    """Enter one typed value or a CSV of values."""
    kpi, month_text = request.POST.get("kpi", ""), request.POST.get("month", "")
    try:
        month = Month.parse(month_text)
        made = operations.enter_values(
            month=month,
            values=_values(request, kpi),
            reason=request.POST.get("reason", "")[:500],
            sight=request.sight,
            actor=request.user.username,
            now=timezone.now(),
        )
    except FAULTS as fault:
        messages.error(request, _where(fault) + told(fault))
    else:
        messages.success(
            request,
            _("与已登记的相同，没有新增版本。")
            if made.was_there
            else _("已登记官方值第 %(n)s 版，%(rows)s 条。") % {"n": made.number, "rows": made.rows},
        )
    return _back(code, month_text, kpi)


def official_list(request: PersonRequest, code: str) -> HttpResponse:
    """Enter the official list behind one KPI."""
    kpi, month_text = request.POST.get("kpi", ""), request.POST.get("month", "")
    try:
        raw, name = _file(request)
        made = operations.enter_list(
            month=Month.parse(month_text),
            kpi=kpi,
            raw=raw,
            where=name,
            sight=request.sight,
            now=timezone.now(),
        )
    except FAULTS as fault:
        messages.error(request, _where(fault) + told(fault))
    else:
        messages.success(
            request,
            (
                _("与已登记的清单相同，共 %(rows)s 户。")
                if made.was_there
                else _("已登记官方清单，共 %(rows)s 户。")
            )
            % {"rows": f"{made.rows:,}"},
        )
    return _back(code, month_text, kpi)


def _values(request: PersonRequest, kpi: str) -> list[OfficialValue]:
    """What the form says: one typed value, the rows of a file, or both."""
    found = []
    if request.FILES.get("file") is not None:
        raw, name = _file(request)
        found += official_sheet(raw, name)
    if typed := request.POST.get("value", "").strip():
        found.append(OfficialValue(kpi, request.POST.get("node", ""), official_rate(typed)))
    return found


def _file(request: PersonRequest) -> tuple[bytes, str]:
    given = request.FILES.get("file")
    if given is None or given.size is None:
        raise UsageError(
            "official.file",
            Text("没有选择文件", "no file is chosen"),
            Text("选一个 CSV 文件再提交", "choose a CSV file"),
        )
    if given.size > MOST_BYTES:
        raise UsageError(
            "official.file",
            Text("文件太大", "the file is too large"),
            Text("只留需要的列，或按指标分开", "keep the needed columns only, or one KPI"),
        )
    return given.read(), str(given.name)


def _where(fault: WeixiError) -> str:
    return f"{fault.where}：" if fault.where else ""


def _back(code: str, month: str, kpi: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('official', kwargs={'code': code})}?month={month}&kpi={kpi}")
