"""What a plan promises: targets the right way round, honest hold-outs, ceilings that rise, signed exemptions."""

from collections.abc import Iterator
from decimal import Decimal

from weixi.dialect.possible import Possibilities
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.playbook import offer_schema, schema
from weixi.playbook.ceiling import ceilings, richer
from weixi.playbook.faults import fault, near
from weixi.playbook.model import Playbook
from weixi.playbook.parity import parity_table
from weixi.playbook.reading import Entries

DIRECTIONS = {
    "dynamic_retention_rate": "AT_LEAST",
    "warning_task_completion_rate": "AT_LEAST",
    "churn_rate": "AT_MOST",
}
"""Which way each KPI is better."""

LARGEST_HOLDOUT = Decimal("0.5")
"""Beyond it more of a group would be left alone than served."""


def check_promises(playbook: Playbook, entries: Entries) -> list[WeixiError]:
    """Faults of targets, hold-outs and exemptions."""
    return [*_targets(entries), *_holdouts(playbook, entries), *_exemptions(playbook, entries)]


def _targets(entries: Entries) -> Iterator[WeixiError]:
    for entry in entries.all(schema.KpiEntry):
        right = DIRECTIONS[entry.value.kpi]
        if entry.value.direction != right:
            zh, en = ("不低于", "no less than") if right == "AT_LEAST" else ("不高于", "no more than")
            yield fault(
                "target_direction",
                entry.place.at("direction"),
                Text(f"“{entry.code}”的目标方向写反了", f"the target of “{entry.code}” points the wrong way"),
                Text(
                    f'这个指标应{zh}目标：写 direction = "{right}"',
                    f'it should be {en} its target: write "{right}"',
                ),
            )


def _holdouts(playbook: Playbook, entries: Entries) -> Iterator[WeixiError]:
    if "holdout" in entries.broken:
        return
    for entry, rule in zip(entries.all(offer_schema.HoldoutEntry), playbook.holdouts, strict=True):
        if rule.share > LARGEST_HOLDOUT:
            yield fault(
                "holdout_share",
                entry.place.at("share"),
                Text(
                    f"留白“{rule.code}”占 {rule.share:.0%}，多数用户将得不到维系",
                    f"hold-out “{rule.code}” leaves {rule.share:.0%} of its lines without contact, more than it serves",
                ),
                Text(
                    f"写 {LARGEST_HOLDOUT} 以下的比例；百分之二写 0.02",
                    f"write a share of at most {LARGEST_HOLDOUT}; two per cent is 0.02",
                ),
            )


def _exemptions(playbook: Playbook, entries: Entries) -> Iterator[WeixiError]:
    """An exemption names an offer that exists, and for parity one that needs it."""
    offers = entries.codes("offer")
    gaps = {row.offer for row in parity_table(playbook) if row.gaps}
    for entry in entries.all(offer_schema.ExemptionEntry):
        code = entry.value.offer
        if code not in offers:
            if entries.judges("offer"):
                yield fault(
                    "unknown_offer",
                    entry.place.at("offer"),
                    Text(f"没有 offer “{code}”", f"there is no offer “{code}”"),
                    near(code, offers),
                )
        elif (
            entry.value.rule == "PARITY" and code not in gaps and code not in entries.broken.get("offer", ())
        ):
            yield fault(
                "idle_exemption",
                entry.place.at(),
                Text(
                    f"优惠“{code}”新老同等，不需要豁免", f"offer “{code}” has parity and needs no exemption"
                ),
                Text("删去这条豁免", "delete the exemption"),
            )


def check_ceilings(playbook: Playbook, entries: Entries, possible: Possibilities) -> list[WeixiError]:
    """根据用户贡献实行差异化维系: who contributes less gets no dearer offer, unless somebody signed for it."""
    places = {entry.code: entry.place for entry in entries.all(offer_schema.OfferEntry)}
    bands = {band.code: band.text for band in playbook.bands}
    return [
        fault(
            "ceiling",
            places[step.offer].at("cost"),
            Text(
                f"贡献低的反而得的多：{bands[step.band].zh}最高 {step.fen / 100:g} 元（{step.offer}），"
                f"{bands[step.next_band].zh}最高 {step.next_fen / 100:g} 元",
                f"who contributes less gets more: up to {step.fen / 100:g} yuan {bands[step.band].en} ({step.offer}), "
                f"{step.next_fen / 100:g} yuan {bands[step.next_band].en}",
            ),
            Text(
                f'降低“{step.offer}”或提高上一档的优惠；确有理由就写 [[exemption]]，rule = "CEILING"，并签名',
                f"lower “{step.offer}” or raise what the higher band gets; with a reason, write an [[exemption]] with "
                'rule = "CEILING" and sign it',
            ),
        )
        for step in richer(ceilings(playbook, possible))
    ]
