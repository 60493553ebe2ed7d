"""The months: run one, look at its plan, hand it over, seal cohorts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.book import playbook
from weixi.desk.org.requests import PersonRequest
from weixi.desk.planning.operations import month as operations
from weixi.desk.planning.queries import months, plan
from weixi.desk.planning.queries.tree import tree_page
from weixi.desk.planning.queries.versions import current
from weixi.desk.planning.views.answers import refused
from weixi.desk.worker.queries import last_job, workers
from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.period import Month


def home(request: PersonRequest) -> HttpResponse:
    """The months of the book and where the work of each stands; the run of the chosen one with its progress."""
    lines = months.book_months()
    asked = _month(request.GET.get("month", ""))
    chosen = next((line for line in lines if line.month == asked), lines[0] if lines else None)
    shown: dict[str, object] = {
        "lines": lines,
        "chosen": chosen,
        "job": months.run_job(chosen.month) if chosen is not None else None,
        "workers": workers(now=timezone.now()),
        "then": "reload",
        "in_force": current(),
    }
    return render(request, "planning/home.html", shown)


def run(request: PersonRequest) -> HttpResponse:
    """Ask for the run of a month; two who ask at once ask for one run."""
    try:
        month = Month.parse(request.POST.get("month", ""))
        operations.ask_run(month=month, sight=request.sight, now=timezone.now())
    except UsageError as fault:
        return refused(request, fault, "planning")
    return redirect(f"{reverse('planning')}?month={month}")


def plan_page(request: PersonRequest) -> HttpResponse:
    """One month's plan in figures, beside the plan before, with what handing it over does."""
    known = plan.plan_months()
    month = _month(request.GET.get("month", "")) or (known[0] if known else None)
    shown: dict[str, object] = {"months": known[:24], "month": month}
    if month is not None:
        try:
            shown["review"] = plan.plan_review(month)
        except WeixiError as fault:
            shown["fault"] = fault
        shown["job"] = last_job(kind="planning.apply", key=str(month))
    shown |= {"workers": workers(now=timezone.now()), "then": "reload"}
    return render(request, "planning/plan.html", shown)


def plan_checks(request: PersonRequest) -> HttpResponse:
    """The checks of the plan's playbook on its data, as a fragment."""
    month = _month(request.GET.get("month", ""))
    shown: dict[str, object] = {}
    try:
        if month is not None:
            shown["checks"] = plan.plan_checks(month)
    except WeixiError as fault:
        shown["fault"] = fault
    return render(request, "planning/checks.html", shown)


def apply_plan(request: PersonRequest) -> HttpResponse:
    """First press: what will happen to whom. Second press, with the plan's fingerprint: the hand-over."""
    try:
        month = Month.parse(request.POST.get("month", ""))
        issue = request.POST.get("issue", "yes") == "yes"
        if request.POST.get("confirmed") != "yes":
            shown = {"review": plan.plan_review(month), "issue": issue}
            part = request.headers.get("HX-Request")
            return render(request, f"planning/confirm{'_card' if part else ''}.html", shown)
        operations.ask_apply(
            month=month,
            fingerprint=request.POST.get("fingerprint", ""),
            issue=issue,
            sight=request.sight,
            now=timezone.now(),
        )
    except WeixiError as fault:
        return refused(request, fault, "plan")
    messages.success(request, _("已开始派单；进度如下，可以离开本页。"))
    return redirect(f"{reverse('plan')}?month={month}")


def cohorts(request: PersonRequest) -> HttpResponse:
    """The sealed populations, and sealing those of a base month."""
    lines = months.sealed_cohorts()
    sealed = {line.month for line in lines}
    december = [line for line in months.book_months(count=60) if line.month.number % 100 == 12]
    shown = {
        "lines": lines,
        "open": [line for line in december if line.month not in sealed],
        "rules": playbook().cohorts,
        "job": last_job(kind="planning.freeze"),
        "workers": workers(now=timezone.now()),
        "then": "reload",
        "in_force": current(),
    }
    return render(request, "planning/cohorts.html", shown)


def freeze(request: PersonRequest) -> HttpResponse:
    """Seal the populations of a base month."""
    try:
        month = Month.parse(request.POST.get("month", ""))
        operations.ask_freeze(month=month, sight=request.sight, now=timezone.now())
    except UsageError as fault:
        return refused(request, fault, "cohorts")
    return redirect("cohorts")


def tree(request: PersonRequest) -> HttpResponse:
    """The tree, node by node: how many lines each answers for, of the month and of the sealed cohort."""
    return render(request, "planning/tree.html", {"page": tree_page(request.GET.get("node", ""))})


def _month(text: str) -> Month | None:
    """The month of an address; None where it holds none."""
    try:
        return Month.parse(text)
    except UsageError:
        return None
