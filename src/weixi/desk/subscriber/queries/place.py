"""Where a customer belongs: the current assignment beside the tree of the desk."""

from dataclasses import dataclass
from functools import lru_cache

from weixi.desk.base.book import latest_month, store
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.rules import REVEALERS, Place, sees
from weixi.flow.cohort import ASSIGNMENT


@dataclass(frozen=True, slots=True)
class _Assigned:
    node_code: str
    unit_code: str
    owner_code: str
    rule: str


def path_of_subscriber(subscriber_id: int) -> str | None:
    """The path of the node that answers for the line today; None: there is no such line.

    One whose node has left the tree is nobody's: it lies at the root.
    """
    place = place_of(subscriber_id)
    return place.path if place is not None else None


def place_of(subscriber_id: int) -> Place | None:
    """The same with the unit and the owner. One statement of each database; none of the book's when asked again."""
    month = latest_month(ASSIGNMENT)
    if month is None:
        return None
    partition = store().require(ASSIGNMENT, month=month.number)
    found = _assigned(partition.fingerprint, month.number, subscriber_id)
    if found is None:
        return None
    nodes = Node.objects.filter(is_current=True)
    path = nodes.filter(code=found.node_code).values_list("path", flat=True).first()
    if path is not None:
        return Place(path, found.unit_code, found.owner_code, found.rule)
    root = nodes.filter(parent=None).order_by("path").values_list("path", flat=True).first()
    return Place(root, "", "", found.rule) if root is not None else None


def shows_subscriber(sight: Sight, subscriber_id: int, **_: object) -> bool:
    """Whether the person sees the customer."""
    place = place_of(subscriber_id)
    return place is not None and sees(sight, place)


def shows_to_revealer(sight: Sight, subscriber_id: int, **_: object) -> bool:
    """Whether the person sees the customer in a role that may see numbers."""
    place = place_of(subscriber_id)
    return place is not None and sees(sight, place, REVEALERS)


@lru_cache(maxsize=10_000)
def _assigned(fingerprint: str, month: int, subscriber_id: int) -> _Assigned | None:
    """The line's row of the partition of that fingerprint, which never changes."""
    rows = store().rows(
        "SELECT node_code, unit_code, owner_code, rule FROM assignment WHERE subscriber_id = $subscriber",
        inputs={"assignment": store().require(ASSIGNMENT, month=month)},
        parameters={"subscriber": subscriber_id},
    )
    if not rows:
        return None
    [row] = rows
    return _Assigned(row["node_code"], row["unit_code"], row["owner_code"] or "", row["rule"])
