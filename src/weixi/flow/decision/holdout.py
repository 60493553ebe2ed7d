"""The hold-out: a share of households, drawn by a keyed hash, that is left without any contact."""

from collections.abc import Sequence
from decimal import Decimal

from weixi.playbook import CampaignHoldout, HoldoutRule

_WHOLE = 2**32
# No hexadecimal digit sorts above it: every draw lies below.
_ALL = "g"


def threshold(share: Decimal) -> str:
    """The share (0–1) as the text that the first eight hex digits of a draw are compared with."""
    cut = int(share * _WHOLE)
    return _ALL if cut >= _WHOLE else f"{max(cut, 0):08x}"


def share_of(cut: str) -> float:
    """The share (0–1) that a threshold stands for."""
    return 1.0 if cut == _ALL else int(cut, 16) / _WHOLE


def draw_sql(purpose: str) -> str:
    """The household's draw for a purpose: eight hex digits, alike for all its lines; needs the secret `$hash_key`."""
    return f"substr(sha256(concat($hash_key, ':{purpose}:', household_key)), 1, 8)"


def holdout_sql(rules: Sequence[HoldoutRule]) -> str:
    """Whether a line is drawn: boolean over the labelled columns and the bound secret `$hash_key`.

    The draw is the household's, so its lines are drawn together; it is the same in every month, and a larger share
    holds every household that a smaller one does. The first rule that matches the line gives the share.
    """
    return _drawn("holdout", [(rule.sql, rule.share) for rule in rules])


def campaign_holdout_sql(rules: Sequence[CampaignHoldout], campaign: str, channel: str) -> str:
    """Whether a line is drawn into the hold-out of one campaign on one channel; columns and secret as above.

    Each campaign draws anew, so who is left out of one is no more likely to be left out of the next; who is in the
    universal hold-out is in no campaign at all, which the caller sees to. `campaign` is a code of letters, digits, `_`.
    """
    return _drawn(
        f"holdout:{campaign}", [(rule.sql, rule.share) for rule in rules if channel in rule.channels]
    )


def cut_sql(rules: Sequence[HoldoutRule]) -> str:
    """The threshold of a line's own share: text over the labelled columns. A household has its lines' smallest."""
    return _cut([(rule.sql, rule.share) for rule in rules])


def _drawn(purpose: str, rules: Sequence[tuple[str, Decimal]]) -> str:
    if all(threshold(share) == threshold(Decimal(0)) for _, share in rules):
        return "FALSE"
    return f"({draw_sql(purpose)} < {_cut(rules)})"


def _cut(rules: Sequence[tuple[str, Decimal]]) -> str:
    nobody = f"'{threshold(Decimal(0))}'"
    share = " ".join(f"WHEN {sql} THEN '{threshold(share)}'" for sql, share in rules)
    return f"CASE {share} ELSE {nobody} END" if share else nobody
