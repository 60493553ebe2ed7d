"""Fairness between counties as linear limits: what is served a head differs by no more than so much."""

from collections.abc import Mapping, Sequence

from weixi.flow.decision.allocation.problem import Kind, Limit, Sense
from weixi.kernel.language import Text


def fairness_limits(
    level: str,
    counties: Mapping[str, tuple[Text, Sequence[int], int]],
    offers: Sequence[int],
    difference: float,
) -> list[Limit]:
    """Two limits a county: its value a head lies between a free level and that level plus `difference` (fen a head).

    `counties` gives each one's name, cells and heads; `offers` the places whose value counts. All counties share the
    level, so that any two of them differ by no more than `difference`.
    """
    found = []
    for code, (name, cells, heads) in counties.items():
        share = dict.fromkeys(cells, 1.0 / heads)
        value = dict.fromkeys(offers, 1.0)
        most = Text(f"{name.zh}户均价值不高于各县差距", f"{name.en}: value a head not above the others")
        least = Text(f"{name.zh}户均价值不低于各县差距", f"{name.en}: value a head not below the others")
        for side, words, sense, bound in (
            ("most", most, Sense.AT_MOST, difference),
            ("least", least, Sense.AT_LEAST, 0.0),
        ):
            own = f"{level}_{code}_{side}"
            found.append(Limit(own, words, Kind.FAIRNESS, share, bound, sense, value=value, level=level))
    return found
