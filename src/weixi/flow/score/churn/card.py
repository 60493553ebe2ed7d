"""The model card: what a score was learnt from, how good it was out of fold, how far the month has moved."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from weixi.flow.score.churn.metric import Bin, Metrics

LIBRARIES = ("lightgbm", "scikit-learn", "numpy", "scipy", "catboost")
_DECIMALS = 6


@dataclass(frozen=True)
class Card:
    """One training. Figures are out of fold, among the rows that were kept; `members` are (name, weight, setting).

    `months` are those observed, `kept_share` the part of the stayers that was trained on, `drift` the stability index
    of the columns that moved most, `score_drift` that of the log odds. `left_out` are members that the time did not
    allow. `inputs` are the fingerprints of the partitions. `recipe` is the one in office, `appointed` by what it is.
    """

    month: str
    months: tuple[str, ...]
    gap_months: int
    label_months: int
    seed: int
    rows: int
    leavers: int
    kept_share: float
    figures: Metrics
    calibration: tuple[Bin, ...]
    members: tuple[tuple[str, float, float], ...]
    left_out: tuple[str, ...]
    refused: tuple[tuple[str, str, str], ...]
    recipe: str
    appointed: str
    drift: tuple[tuple[str, float], ...]
    score_drift: float
    versions: Mapping[str, str]
    inputs: tuple[str, ...]
    playbook: str

    def plain(self) -> dict[str, Any]:
        """The card as JSON has it, figures rounded."""
        found = _rounded(asdict(self))
        if not isinstance(found, dict):
            raise TypeError("a card is an object")
        return found


def versions() -> dict[str, str]:
    """The libraries that a score depends on, as they are installed."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, Mapping):
        return {str(key): _rounded(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(item) for item in value]
    return value
