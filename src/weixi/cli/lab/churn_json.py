"""The lab's findings for programs: the same call gives the same bytes, so times of any kind stay out."""

from dataclasses import asdict

from weixi.flow.score import ChurnAssay, ChurnEvaluated, calibration_bins

DECIMALS = 6
"""Figures are rounded here: below, the last bits of a sum depend on the processor."""


def as_plain(found: ChurnAssay) -> dict[str, object]:
    """The findings as plain values: our figures at the top and under `ours`, the others' under `peers`."""
    evaluation = found.evaluation
    settings = found.request.settings
    return {
        "file": found.request.path.name,
        "rows": found.rows,
        "faulty_rows": found.faulty,
        "duplicate_rows": found.duplicates,
        "label": found.label.column,
        "positive": list(found.label.positive),
        "positive_rate": round(float(found.leavers.mean()), DECIMALS),
        "folds": settings.folds,
        "seed": settings.seed,
        "group_duplicates": settings.group_duplicates,
        **_figures(evaluation.ours),
        "ours": {
            **_figures(evaluation.ours),
            "by_fold": _by_fold(evaluation.ours),
            "calibration": [
                {"rows": one.rows, "said": round(one.said, DECIMALS), "came": round(one.came, DECIMALS)}
                for one in calibration_bins(found.leavers, evaluation.ours.probability)
            ],
            "members": [
                {
                    "name": one.name,
                    "weight": round(one.weight, 4),
                    "settings": list(one.settings),
                }
                for one in evaluation.members
            ],
            "members_left_out": list(found.choice.left_out),
        },
        "peers": {
            name: {**_figures(one), "by_fold": _by_fold(one)} for name, one in evaluation.peers.items()
        },
        "peers_not_installed": list(found.absent),
        "features": list(found.features),
        "dropped": [{"column": name, "kind": kind} for name, kind in found.dropped],
        "refused": [
            {
                "column": one.column,
                "leak": one.leak,
                "auc": round(one.auc, DECIMALS),
                "evidence": {"zh": one.evidence.zh, "en": one.evidence.en},
            }
            for one in found.guarded.refused
        ],
        "doubted": [
            {
                "column": one.column,
                "why": one.left_out,
                "auc": round(one.auc, DECIMALS),
                "left_out": found.request.drop_doubted,
            }
            for one in found.guarded.doubted
        ],
    }


def _figures(one: ChurnEvaluated) -> dict[str, float]:
    return {name: round(value, DECIMALS) for name, value in asdict(one.mean).items()}


def _by_fold(one: ChurnEvaluated) -> dict[str, list[float]]:
    rows = [asdict(fold) for fold in one.folds]
    return {name: [round(row[name], DECIMALS) for row in rows] for name in rows[0]}
