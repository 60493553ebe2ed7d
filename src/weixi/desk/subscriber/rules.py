"""Who sees which customer, what a reason is worth, what acts are called. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from weixi.desk.org.rules import Role, Sight, is_own, pool_paths
from weixi.desk.subscriber.seeking import By
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

READERS = frozenset({Role.TEAM_LEADER, Role.COUNTY_MANAGER, Role.MANAGER, Role.PLANNER, Role.AUDITOR})
"""Roles that see every customer of their subtrees."""

VIEWERS = READERS | {Role.AGENT}
"""Roles that see customers at all; an agent sees his own and his unit's pool."""

REVEALERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.COUNTY_MANAGER, Role.MANAGER})
"""Roles that speak with customers, and so may have a number or a name in full."""


class RevealReason(Term):
    """Why somebody wants a number or a name in full."""

    CALL = "CALL", "联系客户", "to contact the customer"
    CHECK = "CHECK", "核对来电或到店客户身份", "to check who is calling or has come in"
    COMPLAINT = "COMPLAINT", "处理投诉", "to settle a complaint"
    ORDER = "ORDER", "办理业务", "to take an order"


LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where one customer belongs: the path of the node that answers, its unit, its owner ("": the unit's pool)."""

    path: str
    unit_code: str
    owner_code: str
    rule: str


def sees(sight: Sight, place: Place, roles: Collection[str] = VIEWERS) -> bool:
    """Whether one of the roles shows the person that customer: an agent his own and his pool, others their subtrees."""
    if Role.AGENT in roles and is_own(sight, owner_code=place.owner_code, path=place.path):
        return True
    others = frozenset(roles) - {Role.AGENT}
    return bool(others) and sight.covers_as(place.path, others)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a person sees of all customers, as codes of nodes.

    `whole`: subtrees seen in full; `agents`: subtrees in which he sees those of owner `own` and those without an
    owner; `pools`: units whose customers without an owner he shares.
    """

    whole: tuple[str, ...]
    agents: tuple[str, ...]
    own: str
    pools: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is seen."""
        return not (self.whole or self.agents or self.pools)


def ground(sight: Sight) -> Ground:
    """The ground of the person's roles."""
    return Ground(
        _codes(sight.paths_as(READERS)),
        _codes(sight.paths_as((Role.AGENT,))),
        sight.agent_code,
        _codes(pool_paths(sight)),
    )


def _codes(paths: Collection[str]) -> tuple[str, ...]:
    return tuple(path.rstrip("/").rsplit("/", 1)[-1] for path in paths)


def checked_reason(reason: str) -> str:
    """The reason without blanks around it. Raises UsageError for none, or for one that is too long."""
    said = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not said:
        raise UsageError(
            "subscriber.reason",
            Text("没有写明原因，没有显示。", "No reason was given; nothing was shown."),
            Text("选一个原因，或自己写一句。", "Choose a reason or write one."),
        )
    if len(said) > LONGEST_REASON:
        raise UsageError(
            "subscriber.reason",
            Text("原因太长，没有显示。", "The reason is too long; nothing was shown."),
            Text(f"请写在 {LONGEST_REASON} 字以内。", f"Say it in {LONGEST_REASON} characters."),
        )
    return said


def out_of_sight() -> UsageError:
    """The customer is none of those that the person may see."""
    return UsageError(
        "subscriber.out_of_sight",
        Text("这位用户不在您的服务范围之内。", "This customer is not among those you look after."),
        Text(
            "核对编号；若刚划给别的责任人，请联系班组长。",
            "Check the id; ask the team leader if he has just moved.",
        ),
    )


def not_known(what: Text) -> UsageError:
    """The book has no number, or no name, of that line."""
    return UsageError(
        "subscriber.not_known",
        Text(f"账册里没有这位用户的{what.zh}。", f"The book has no {what.en} of this customer."),
        Text(
            "可能已按要求删除，或导入的数据里没有这一项。",
            "It was erased on request, or the extract has none.",
        ),
    )


ACTS = {
    "subscriber.view": Text("查看客户", "looked at a customer"),
    "subscriber.search": Text("查找客户", "searched for customers"),
    "subscriber.reveal_number": Text("查看完整号码", "saw a number in full"),
    "subscriber.reveal_name": Text("查看完整姓名", "saw a name in full"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "subscriber": Text("用户", "subscriber"),
    "customers": Text("客户", "customers"),
    "by": Text("按", "by"),
    "found": Text("找到", "found"),
    **{by.value: by.text for by in By},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
