"""What `weixi lab uplift` found, for programs."""

from collections.abc import Sequence
from pathlib import Path

from weixi.flow.score import ArmStudy, Effect, Estimate, Evidence, UpliftAssay, profit_curve


def plain(
    found: UpliftAssay,
    absent: Sequence[str],
    *,
    value: float | None,
    cost: float,
    out: Path | None,
    plots: Sequence[Path],
) -> dict[str, object]:
    """The figures for programs."""
    return {
        "rows": found.rows,
        "faulty_rows": found.faulty,
        "unusable": found.unusable,
        "outcome": found.outcome.en,
        "control": found.arms.control,
        "control_guessed": found.arms.guessed,
        "features": found.encoding.names,
        "left_out": found.left_out,
        "absent_peers": list(absent),
        "out": out,
        "plots": list(plots),
        "arms": [_arm_plain(arm, value, cost) for arm in found.studies],
    }


def _arm_plain(arm: ArmStudy, value: float | None, cost: float) -> dict[str, object]:
    study = arm.study
    made = None if value is None else profit_curve(study.evaluation.chosen.curve, value=value, cost=cost)
    return {
        "arm": arm.arm,
        "treated": arm.treated_count,
        "control": arm.control_count,
        "mean_effect": study.trial.effect,
        "basis": study.basis,
        "balance": {
            "p": study.balance.p,
            "looks_random": study.balance.looks_random,
            "columns": study.balance.columns,
        },
        "overlap": None
        if study.overlap is None
        else {
            "outside_share": study.overlap.outside_share,
            "effective_treated": study.overlap.effective_treated,
            "effective_control": study.overlap.effective_control,
        },
        "chosen": study.choice.learner.name,
        "chosen_in_folds": [choice.learner.name for choice in study.evaluation.choices],
        "methods": [
            {
                "name": each.name,
                "qini": _estimate(each.quality.qini),
                "qini_fold_se": each.quality.fold_se,
                "qini_folds": each.quality.folds,
                "auuc": _estimate(each.quality.auuc),
                "uplift_at": [{"share": at.share, **_estimate(at.uplift)} for at in each.quality.uplift_at],
                "cpu_seconds_a_fold": each.seconds,
            }
            for each in study.evaluation.standings
        ],
        "tenths": [{"tenth": int(each.name), **_evidence(each)} for each in study.evidence],
        "segments": [{"segment": each.name, **_evidence(each)} for each in study.segments],
        "do_not_wake": sum(effect == Effect.HARMS for effect in arm.effect),
        "profit": None
        if made is None
        else {"best_share": made.best_share, "best_profit_per_person": made.best_profit},
    }


def _evidence(each: Evidence) -> dict[str, object]:
    return {
        "treated": each.treated_count,
        "control": each.control_count,
        "foretold": each.foretold,
        "found": None if each.found is None else _estimate(each.found),
        "effect": each.effect,
    }


def _estimate(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "se": found.se, "low": found.low, "high": found.high}
