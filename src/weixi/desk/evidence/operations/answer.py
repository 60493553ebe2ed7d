"""Answering a proposal: accepted, it becomes a draft of the playbook; declined, it keeps the reason."""

from datetime import datetime

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.base.book import store
from weixi.desk.evidence.models import ProposalAnswer
from weixi.desk.evidence.rules.answer import Decision, require_open, require_reason
from weixi.desk.org.rules import Sight
from weixi.desk.planning.operations.version import draft
from weixi.desk.planning.queries.living import text_of
from weixi.desk.planning.rules import require_whole
from weixi.flow.learning import Proposal, find_proposal
from weixi.flow.learning import accept as written
from weixi.kernel.language import Language
from weixi.kernel.period import Month


@transaction.atomic
def accept(*, month: Month, code: str, language: Language, sight: Sight, now: datetime) -> int:
    """Draft the playbook in force with the proposal's one change; the draft's id. Another person publishes it.

    Raises UsageError where the proposal is not there, was answered, or the playbook no longer says what it changes.
    """
    path = require_whole(sight)
    proposal = find_proposal(store(), month, code)
    require_open(_answered(month, code))
    text = written(text_of(None, {}).encode(), proposal).decode()
    version_id = draft(
        text=text,
        title=proposal.text.say(language),
        note=proposal.evidence.text.say(language),
        base="in_force",
        sight=sight,
        now=now,
    )
    _keep(proposal, month, Decision.ACCEPTED, "", version_id, path, sight, now)
    return version_id


@transaction.atomic
def decline(*, month: Month, code: str, reason: str, sight: Sight, now: datetime) -> None:
    """Keep that the proposal was declined, by whom and why. Raises UsageError as `accept`, and without a reason."""
    path = require_whole(sight)
    proposal = find_proposal(store(), month, code)
    said = require_reason(reason)
    require_open(_answered(month, code))
    _keep(proposal, month, Decision.DECLINED, said, None, path, sight, now)


def _answered(month: Month, code: str) -> str:
    found = ProposalAnswer.objects.select_for_update().filter(month=month.number, code=code)
    return found.values_list("decision", flat=True).first() or ""


def _keep(
    proposal: Proposal,
    month: Month,
    decision: Decision,
    reason: str,
    version_id: int | None,
    path: str,
    sight: Sight,
    now: datetime,
) -> None:
    ProposalAnswer.objects.create(
        month=month.number,
        code=proposal.code,
        decision=decision.value,
        reason=reason,
        version_id=version_id,
        answered_by_id=sight.user_id,
        answered_at=now,
    )
    record(
        actor_id=sight.user_id,
        act="evidence.accept" if decision is Decision.ACCEPTED else "evidence.decline",
        subject=f"proposal:{month}:{proposal.code}",
        detail={
            "place": f"{proposal.file}:{proposal.line}",
            "before": proposal.value_now,
            "after": proposal.value_proposed,
            **({} if version_id is None else {"version": version_id}),
        },
        now=now,
        reason=reason,
        path=path,
    )
