"""改进建议: what the evidence proposes; accepted into a draft or declined."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.desk.base.templatetags.desk import language
from weixi.desk.evidence.operations.answer import accept, decline
from weixi.desk.evidence.queries.proposals import proposals as read
from weixi.desk.evidence.rules.acts import ANSWERERS
from weixi.desk.evidence.views.fault import no_page
from weixi.desk.org.requests import PersonRequest
from weixi.desk.scorecard.views.unit import FAULTS, told
from weixi.kernel.errors import WeixiError
from weixi.kernel.period import Month


def proposals(request: PersonRequest) -> HttpResponse:
    """The proposals of a month."""
    try:
        found = read(request.GET.get("month", ""))
    except FAULTS as fault:
        return no_page(request, fault)
    may_answer = any(path.count("/") == 1 for path in request.sight.paths_as(ANSWERERS))
    return render(request, "evidence/proposals.html", {"page": found, "may_answer": may_answer})


def answer(request: PersonRequest) -> HttpResponse:
    """Accept a proposal and go on in its draft, or decline it."""
    asked, code = request.POST.get("month", ""), request.POST.get("code", "")
    try:
        month = Month.parse(asked)
        if request.POST.get("answer") == "accept":
            version_id = accept(
                month=month, code=code, language=language(), sight=request.sight, now=timezone.now()
            )
            messages.success(request, _("已按建议起草新版本；提交后由另一位策划审批。"))
            return redirect("version", version_id=version_id)
        decline(
            month=month,
            code=code,
            reason=request.POST.get("reason", ""),
            sight=request.sight,
            now=timezone.now(),
        )
        messages.success(request, _("已记下：不采纳。"))
    except WeixiError as fault:
        messages.error(request, told(fault))
        return redirect("proposals")
    return redirect(f"{reverse('proposals')}?month={month}")
