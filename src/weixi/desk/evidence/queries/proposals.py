"""改进建议: what the evidence of a month proposes to change in the playbook, and what was answered."""

from dataclasses import dataclass
from datetime import datetime

from weixi.desk.base.book import store
from weixi.desk.evidence.models import ProposalAnswer
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.evidence.rules.answer import Decision
from weixi.desk.evidence.rules.proposal import effect_said
from weixi.flow.learning import PROPOSAL, Proposal, read_asked
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided; `version_id` is the draft that it became."""

    decision: Decision
    reason: str
    version_id: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal with its answer; None: open."""

    proposal: Proposal
    answer: Answer | None

    @property
    def effect(self) -> Text | None:
        """What it is foretold to bring."""
        told = self.proposal.evidence
        return effect_said(told.effect, told.low, told.high, told.effect_unit)


@dataclass(frozen=True)
class Proposals:
    """The proposals of a month, open ones first; `others` are what was asked and is not proposed."""

    sealed: Sealed
    lines: tuple[Line, ...]
    others: tuple[Proposal, ...]

    @property
    def open_count(self) -> int:
        """How many wait for an answer."""
        return sum(line.answer is None for line in self.lines)


def proposals(asked: str = "") -> Proposals | None:
    """The proposals of that month or of the latest; None where the evidence was not asked yet."""
    sealed = choose(PROPOSAL, asked)
    if sealed is None:
        return None
    found = ProposalAnswer.objects.filter(month=sealed.month.number).select_related("answered_by")
    answers = {
        each.code: Answer(
            Decision(each.decision),
            each.reason,
            each.version_id,
            each.answered_by.shown_name,
            each.answered_at,
        )
        for each in found
    }
    asked_about = read_asked(store(), sealed.month)
    lines = [Line(each, answers.get(each.code)) for each in asked_about if each.is_proposed]
    return Proposals(
        sealed,
        tuple(sorted(lines, key=lambda line: line.answer is not None)),
        tuple(each for each in asked_about if not each.is_proposed),
    )
