"""What a trial said of each arm, as the seal of a month's uplift keeps it: written into its note, read from there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

from weixi.engine import Partition
from weixi.flow.score.uplift.quality import Estimate
from weixi.flow.score.uplift.study import Basis
from weixi.flow.score.uplift.trial import ArmEffect, NoEffect
from weixi.kernel.language import Text

_NOTE = "arms"


@dataclass(frozen=True, slots=True)
class ArmTold:
    """One arm of the trial behind a month's uplift: CONTACT, or an offer's code.

    Where nothing is known `unknown` says so with the hold-out that would tell, `why` the reason alone, and `base` is
    the share that stays uncontacted, as far as it is known. Else `mean_effect` (of 1) and Qini, each with its standard
    error, the learner, and what the propensities rest on. The counts are households. `by_kind` has, by warning, the
    effect that was found and the share that leaves untreated.
    """

    code: str
    unknown: Text | None
    why: Text | None
    base: float | None
    treated_count: int
    control_count: int
    learner: str
    basis: Basis | None
    mean_effect: float | None
    mean_se: float | None
    qini: float | None
    qini_se: float | None
    by_kind: Mapping[str, tuple[Estimate, float]]


def arms_note(arms: Iterable[ArmEffect]) -> dict[str, object]:
    """What the note of a month's uplift says of these arms; `read_arms` reads it."""
    return {_NOTE: {arm.code: _plain(arm) for arm in arms}}


def read_arms(partition: Partition) -> dict[str, ArmTold]:
    """What the trial behind a month's uplift said of each arm, by code."""
    found: Mapping[str, Mapping[str, Any]] = partition.manifest.note.get(_NOTE, {})
    return {str(code): _told(str(code), said) for code, said in found.items()}


def found_by_kind(partition: Partition) -> dict[str, Mapping[str, tuple[Estimate, float]]]:
    """What the trial behind a month's uplift found: by arm and warning the effect, and the share that leaves untreated.

    An arm that nobody studied is there without a warning.
    """
    return {code: arm.by_kind for code, arm in read_arms(partition).items()}


def _plain(arm: ArmEffect) -> dict[str, object]:
    if isinstance(arm.found, NoEffect):
        text, why, base = arm.found.text, arm.found.why, arm.found.base
        return {
            "effect": arm.found.effect.value,
            "zh": text.zh,
            "en": text.en,
            "why_zh": why.zh,
            "why_en": why.en,
            "base": None if isnan(base) else base,
            "treated": arm.found.treated_count,
            "control": arm.found.control_count,
        }
    evaluation = arm.found.evaluation
    return {
        "learner": arm.found.choice.learner.name,
        "basis": arm.found.basis.value,
        "qini": evaluation.chosen.quality.qini.value,
        "qini_se": evaluation.chosen.quality.qini.se,
        "mean_effect": arm.found.trial.effect,
        "mean_se": arm.found.trial.effect_se,
        "treated": int(arm.found.trial.treated.sum()),
        "control": int((~arm.found.trial.treated).sum()),
        "by_kind": {
            each.name: [each.found.value, each.found.se, each.found.low, each.found.high, 1 - each.untreated]
            for each in arm.found.segments
            if each.found is not None and each.untreated is not None
        },
    }


def _told(code: str, said: Mapping[str, Any]) -> ArmTold:
    unknown = Text(said["zh"], said["en"]) if "zh" in said else None
    return ArmTold(
        code=code,
        unknown=unknown,
        why=Text(said["why_zh"], said["why_en"]) if "why_zh" in said else unknown,
        base=said.get("base"),
        treated_count=int(said.get("treated", 0)),
        control_count=int(said.get("control", 0)),
        learner=str(said.get("learner", "")),
        basis=Basis(said["basis"]) if "basis" in said else None,
        mean_effect=said.get("mean_effect"),
        mean_se=said.get("mean_se"),
        qini=said.get("qini"),
        qini_se=said.get("qini_se"),
        by_kind={
            str(kind): (Estimate(*figures[:4]), figures[4])
            for kind, figures in said.get("by_kind", {}).items()
        },
    )
