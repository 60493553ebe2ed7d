"""By how much a choice raises a task's chance to stay, and what that rests on: a trial, or the assumption it moved."""

from collections.abc import Mapping

from weixi.flow.decision.allotment.option import Option, options
from weixi.flow.decision.basis import Basis
from weixi.flow.score import CONTACT, Effect, Estimate, believed, effect_column, uplift_column
from weixi.playbook import AllocationRule, Playbook

PPM = 1_000_000

Shares = Mapping[str, Mapping[str, int]]
"""By arm that a trial told of, and warning: the share of would-be leavers that it is believed to keep, ppm."""


def believed_shares(
    playbook: Playbook, rule: AllocationRule, found: Mapping[str, Mapping[str, tuple[Estimate, float]]]
) -> Shares:
    """The assumed shares as a trial has moved them; `found` is its effect and who leaves untreated, by arm and warning.

    An arm without an assumption has none to move. A share may be below 0: then the offer is believed to wake.
    """
    kinds = [warning.code for warning in playbook.warnings]
    shares: dict[str, dict[str, int]] = {arm: {} for arm in found}
    for option in options(playbook):
        told, assumed = found.get(arm_of(option)), rule.saved_share(option.code)
        if told is None or assumed is None:
            continue
        effects = [told[kind][0] if kind in told else None for kind in kinds]
        leaving = [told[kind][1] if kind in told else 0.0 for kind in kinds]
        beliefs = believed(float(assumed), effects, leaving)
        shares[arm_of(option)] = {
            kind: round(belief.share * PPM) for kind, belief in zip(kinds, beliefs, strict=True)
        }
    return shares


def arm_of(option: Option) -> str:
    """The arm of a trial that tells of an option: its offer, else contact as such."""
    return option.code or CONTACT


def uplift_columns(found: tuple[Option, ...], shares: Shares) -> str:
    """The columns of the view `uplift` that these options need, each after a comma."""
    arms = [arm_of(option) for option in found if arm_of(option) in shares]
    return "".join(f", u.{effect_column(arm)}, u.{uplift_column(arm)}" for arm in arms)


def effect_sql(rule: AllocationRule, option: Option, shares: Shares | None) -> str:
    """The rise of the chance to stay, ppm, never below 0; null where a trial found harm, or harm is believed.

    What a trial has shown to help counts as measured; what it has not shown, as the assumption that it moved. Care is
    for everybody whom contact does not harm: where it is believed to do nothing it counts nothing.
    """
    assumed = f"COALESCE({_assumed_sql(rule, option)}, 0)"
    if shares is None or arm_of(option) not in shares:
        return assumed
    effect, uplift = effect_column(arm_of(option)), uplift_column(arm_of(option))
    return (
        f"CASE WHEN {effect} = '{Effect.HARMS}' THEN NULL WHEN {effect} = '{Effect.HELPS}' THEN GREATEST({uplift}, 0) "
        f"WHEN {effect} = '{Effect.UNPROVEN}' THEN {_believed_sql(option, shares[arm_of(option)], assumed)} "
        f"ELSE {assumed} END"
    )


def basis_sql(rule: AllocationRule, option: Option, shares: Shares | None) -> str:
    """What the effect rests on: Basis."""
    assumed = (
        f"CASE WHEN {_assumed_sql(rule, option)} IS NULL THEN '{Basis.UNKNOWN}' ELSE '{Basis.ASSUMED}' END"
    )
    if shares is None or arm_of(option) not in shares:
        return assumed
    sure = f"'{Effect.HELPS}', '{Effect.HARMS}'"
    return f"CASE WHEN {effect_column(arm_of(option))} IN ({sure}) THEN '{Basis.MEASURED}' ELSE {assumed} END"


def _assumed_sql(rule: AllocationRule, option: Option) -> str:
    share = rule.saved_share(option.code)
    return "CAST(NULL AS BIGINT)" if share is None else f"(risk_ppm * {int(share * PPM)} // {PPM})"


def _believed_sql(option: Option, by_kind: Mapping[str, int], assumed: str) -> str:
    nothing = "0" if option.offer is None else "NULL"
    tests = "".join(
        f" WHEN '{kind}' THEN {f'COALESCE(risk_ppm * {share} // {PPM}, 0)' if share > 0 else nothing}"
        for kind, share in by_kind.items()
    )
    return f"CASE kind{tests} ELSE {assumed} END" if tests else assumed
