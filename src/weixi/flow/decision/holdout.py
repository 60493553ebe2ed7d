"""The hold-out: a share of households, drawn by a keyed hash, that is left without any contact."""

from collections.abc import Sequence
from decimal import Decimal

from weixi.playbook import HoldoutRule

_WHOLE = 2**32
# No hexadecimal digit sorts above it: every draw lies below.
_ALL = "g"


def threshold(share: Decimal) -> str:
    """The share (0–1) as the text that the first eight hex digits of a draw are compared with."""
    cut = int(share * _WHOLE)
    return _ALL if cut >= _WHOLE else f"{max(cut, 0):08x}"


def holdout_sql(rules: Sequence[HoldoutRule]) -> str:
    """Whether a line is drawn: boolean over the labelled columns and the bound secret `$hash_key`.

    The draw is the household's, so its lines are drawn together; it is the same in every month, and a larger share
    holds every household that a smaller one does. The first rule that matches the line gives the share.
    """
    drawn = [(rule.sql, threshold(rule.share)) for rule in rules]
    if all(cut == threshold(Decimal(0)) for _, cut in drawn):
        return "FALSE"
    share = " ".join(f"WHEN {sql} THEN '{cut}'" for sql, cut in drawn)
    draw = "substr(sha256(concat($hash_key, ':holdout:', household_key)), 1, 8)"
    return f"({draw} < CASE {share} ELSE '{threshold(Decimal(0))}' END)"
