"""What a month's allocation is made of, and the name of that: the same ingredients make the same allocation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from weixi.engine import Partition, Store
from weixi.flow.cohort import ASSIGNMENT, require_path, require_tree
from weixi.flow.decision.allotment.effect import Shares, believed_shares
from weixi.flow.decision.eligibility import eligibility_table
from weixi.flow.score import CHURN_SCORE, VALUE_SCORE, found_by_kind, uplift_table
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING
from weixi.kernel.ids import fingerprint, keyed_hash
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import AllocationRule, Playbook

METHOD = "allotment 2"
"""The name of the method: its partitions are made anew when it changes."""


@dataclass(frozen=True, slots=True)
class ByRounds:
    """Why a month's offers are given by priority rounds although the playbook would have them chosen together."""

    why: Text


@dataclass(frozen=True)
class Ingredients:
    """What one month's allocation is made of; `shares` are believed of the arms that `uplift` tells of."""

    inputs: Mapping[str, Partition]
    tree: Partition
    shares: Shares | None


def ingredients(
    store: Store, playbook: Playbook, rule: AllocationRule, month: Month
) -> Ingredients | ByRounds:
    """What the allocation is made of; ByRounds where nobody's chance of leaving is known."""
    number = month.number
    churn = store.current(CHURN_SCORE, month=number)
    if churn is None:
        return ByRounds(
            Text(
                f"{month} 还没有离网概率，不知道谁要走：优惠按优先顺序分轮给出",
                f"{month} has no churn score, so who would leave is not known: offers are given by priority rounds",
            )
        )
    tree = require_tree(store, month)
    inputs = {
        "warning": store.require(WARNING, month=number),
        "eligibility": store.require(eligibility_table(playbook), month=number),
        "assignment": store.require(ASSIGNMENT, month=number),
        "label": store.require(LABEL, month=number),
        "path": require_path(store, tree),
        "churn": churn,
    }
    if (value := store.current(VALUE_SCORE, month=number)) is not None:
        inputs["value"] = value
    uplift = uplift_of(store, playbook, month)
    if uplift is not None:
        inputs["uplift"] = uplift
    return Ingredients(
        inputs, tree, None if uplift is None else believed_shares(playbook, rule, found_by_kind(uplift))
    )


def uplift_of(store: Store, playbook: Playbook, month: Month) -> Partition | None:
    """The month's uplift with the arms that it tells of; another playbook may have had other offers."""
    found = store.current(uplift_table(playbook), month=month.number)
    if found is None:
        return None
    told = found_by_kind(found)
    known = replace(playbook, offers=tuple(offer for offer in playbook.offers if offer.code in told))
    return replace(found, table=uplift_table(known))


def origin_of(store: Store, playbook: Playbook, rule: AllocationRule, made: Ingredients, text: str) -> str:
    """The name of all that decides the allocation: method, statement, rules, pools, inputs and lot."""
    pools = [f"{pool.code} {pool.amount_fen} {pool.existing_first}" for pool in playbook.pools]
    offers = [f"{offer.code} {offer.pool}" for offer in playbook.offers]
    parts = [part.fingerprint for part in (*made.inputs.values(), made.tree)]
    lot = [keyed_hash(store.hash_key.encode(), "hash_key")] if rule.logging_share else []
    return fingerprint(METHOD, text, rule.fingerprint, *pools, *offers, *parts, *lot)
