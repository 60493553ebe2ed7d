"""Addresses of `evidence`."""

from django.urls import URLPattern

from weixi.desk.base.routing import held_by, route
from weixi.desk.evidence.rules.acts import ANSWERERS, COUNTED, QUIET, WHOLE
from weixi.desk.evidence.views import (
    actions,
    effect,
    experiments,
    models,
    plan,
    proposals,
    quiet,
    start,
    warnings,
)
from weixi.kernel.language import Text

OF_WHOLE = held_by(*WHOLE)

routes: list[URLPattern] = [
    route(
        "evidence/",
        start.start,
        name="evidence",
        scope=held_by(*QUIET),
        menu=Text("成效与依据", "Evidence"),
        about=Text(
            "维系成效、实验、离网预警、勿扰名单、资源配置、模型卡、改进建议",
            "effects, experiments, who may leave, whom not to wake, the plan's certificate, model cards, proposals",
        ),
    ),
    route("evidence/effect/", effect.effect, name="effect", scope=held_by(*COUNTED)),
    route("evidence/actions/", actions.actions, name="actions", scope=OF_WHOLE),
    route("evidence/experiments/", experiments.experiments, name="experiments", scope=held_by(*COUNTED)),
    route("evidence/warnings/", warnings.warnings, name="warnings", scope=held_by(*QUIET)),
    route(
        "evidence/warnings/export/",
        warnings.warnings_export,
        name="warnings_export",
        scope=held_by(*QUIET),
        methods=("POST",),
    ),
    route("evidence/quiet/", quiet.quiet, name="quiet", scope=held_by(*QUIET)),
    route("evidence/plan/", plan.certificate, name="certificate", scope=OF_WHOLE),
    route("evidence/proposals/", proposals.proposals, name="proposals", scope=OF_WHOLE),
    route(
        "evidence/proposals/answer/",
        proposals.answer,
        name="answer_proposal",
        scope=held_by(*ANSWERERS),
        methods=("POST",),
    ),
    route("evidence/models/", models.risk, name="risk_card", scope=OF_WHOLE),
    route("evidence/models/uplift/", models.uplift, name="uplift_card", scope=OF_WHOLE),
    route("evidence/models/value/", models.value, name="value_card", scope=OF_WHOLE),
]
