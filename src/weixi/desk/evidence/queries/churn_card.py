"""The model card of a month's churn score, as a page shows it: from the note of the sealed partition alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weixi.desk.base.book import store
from weixi.desk.evidence.queries.contest import Contest, contest_of
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.evidence.rules.model import Said, figures_of, member_said, recipe_said
from weixi.flow.run import VOCABULARY
from weixi.flow.score import CHURN_SCORE, ChurnAppointed, ChurnLeak, Movement, movement_of
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Bin:
    """One range of probability: its rows, the mean chance that was said, the share that left (both 0–1)."""

    rows: int
    said: float
    came: float


@dataclass(frozen=True, slots=True)
class Moved:
    """One column's stability index since the training."""

    text: Text
    column: str
    index: float
    movement: Movement


@dataclass(frozen=True, slots=True)
class MemberShare:
    """One model of the blend: its weight (0–1) and the setting that was chosen."""

    text: Text
    weight: float
    setting: float


@dataclass(frozen=True, slots=True)
class Refused:
    """One column that the leakage guard refused: why, and the evidence."""

    text: Text
    column: str
    why: Text
    evidence: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One month's figures in the course of the models."""

    month: Month
    auc: float
    lift: float
    error: float


@dataclass(frozen=True)
class ChurnCard:
    """One training; `leaver_share` is that of leavers among the rows trained on, `course` the trainings up to it."""

    sealed: Sealed
    card: Mapping[str, Any]
    figures: tuple[Said, ...]
    bins: tuple[Bin, ...]
    drift: tuple[Moved, ...]
    score_drift: Moved
    recipe: Text
    appointed: Text
    contest: Contest | None
    members: tuple[MemberShare, ...]
    left_out: tuple[Text, ...]
    refused: tuple[Refused, ...]
    course: tuple[Step, ...]

    @property
    def leaver_share(self) -> float:
        """Leavers among the rows that were trained on."""
        return float(self.card["leavers"] / self.card["rows"])

    @property
    def made_at(self) -> datetime:
        """When it was trained."""
        return datetime.fromisoformat(self.sealed.partition.manifest.created_at)

    @property
    def shifted(self) -> tuple[Moved, ...]:
        """The columns that are no longer what they were."""
        return tuple(each for each in self.drift if each.movement is Movement.SHIFTED)


def churn_card(asked: str = "") -> ChurnCard | None:
    """The card of that month, or of the latest; None where no score was made yet."""
    sealed = choose(CHURN_SCORE, asked)
    if sealed is None:
        return None
    card = sealed.partition.manifest.note["card"]
    return ChurnCard(
        sealed=sealed,
        card=card,
        figures=figures_of(card["figures"], card["leavers"] / card["rows"]),
        bins=tuple(Bin(int(each["rows"]), each["said"], each["came"]) for each in card["calibration"]),
        drift=tuple(
            Moved(column_said(name), name, index, movement_of(index)) for name, index in card["drift"]
        ),
        score_drift=Moved(
            Text("模型给出的风险", "the risk that the model gives"),
            "",
            card["score_drift"],
            movement_of(card["score_drift"]),
        ),
        recipe=recipe_said(card["recipe"]),
        appointed=ChurnAppointed(card["appointed"]).text,
        contest=contest_of(sealed.month),
        members=tuple(
            MemberShare(member_said(name), weight, setting)
            for name, weight, setting in sorted(card["members"], key=lambda each: -each[1])
        ),
        left_out=tuple(member_said(name) for name in card["left_out"]),
        refused=tuple(_refused(each) for each in card["refused"]),
        course=_course(sealed),
    )


def column_said(name: str) -> Text:
    """A column of the book in business words; its name where there are none."""
    phrase = VOCABULARY.phrases.get(name)
    return Text(name, name) if phrase is None else phrase.noun


def _refused(said: list[str]) -> Refused:
    column, leak, *evidence = said
    return Refused(column_said(column), column, ChurnLeak(leak).text, Text(evidence[0], evidence[-1]))


def _course(sealed: Sealed) -> tuple[Step, ...]:
    steps = []
    for each in store().partitions(CHURN_SCORE):
        month, figures = Month.from_number(int(each.key["month"])), each.manifest.note["card"]["figures"]
        if month <= sealed.month:
            steps.append(Step(month, figures["auc"], figures["lift10"], figures["ece"]))
    return tuple(sorted(steps, key=lambda step: step.month))
