"""Finding one person behind a surrogate key, and showing him only in part."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.decision.named import named_lines
from weixi.kernel.errors import UsageError
from weixi.kernel.ids import mask_name, mask_number
from weixi.kernel.language import Text
from weixi.kernel.period import Month

ID_PREFIX = "id:"
KEY_PREFIX = "key:"


@dataclass(frozen=True, slots=True)
class Who:
    """One line's person, masked; None where the identity is not known or was erased."""

    number: str | None
    name: str | None


def masked(store: Store, subscriber_id: int, month: Month) -> Who:
    """Who the line belonged to in `month`, by the newest identity seen until then."""
    return masked_all(store, [subscriber_id], month)[subscriber_id]


def masked_all(store: Store, subscriber_ids: Sequence[int], month: Month) -> dict[int, Who]:
    """`masked` of every one of these lines, read in one statement."""
    found = dict.fromkeys(subscriber_ids, Who(None, None))
    known = store.partitions(IDENTITY)
    if not known or not subscriber_ids:
        return found
    pieces = Pipeline()
    pieces.add(
        "seen",
        """SELECT i.subscriber_id, i.month, i.msisdn, i.name FROM identity AS i
        JOIN named AS n ON n.subscriber_id = i.subscriber_id WHERE i.month <= $month""",
    )
    pieces.add("newest", "SELECT subscriber_id, MAX(month) AS month FROM seen GROUP BY subscriber_id")
    with named_lines(store, month, subscriber_ids) as named:
        rows = store.rows(
            pieces.text(
                """SELECT s.subscriber_id, s.msisdn, s.name FROM seen AS s
                JOIN newest AS m ON m.subscriber_id = s.subscriber_id AND m.month = s.month"""
            ),
            inputs={"identity": known, "named": named},
            parameters={"month": month.number},
        )
    for row in rows:
        number, name = row["msisdn"], row["name"]
        found[int(row["subscriber_id"])] = Who(
            mask_number(number) if number else None, mask_name(name) if name else None
        )
    return found


def find_subscriber(store: Store, text: str, month: Month) -> int:
    """The surrogate key that `text` names: the operator's own key of the line, or the surrogate key itself.

    `id:…` and `key:…` say which of the two is meant. Raises UsageError where nothing or more than one line fits.
    """
    found: set[int] = set()
    if not text.startswith(ID_PREFIX):
        found |= _by_key(store, text.removeprefix(KEY_PREFIX))
    number = text.removeprefix(ID_PREFIX)
    if not text.startswith(KEY_PREFIX) and number.isdecimal() and len(number) < 19:
        found |= _by_id(store, int(number), month)
    if len(found) == 1:
        return found.pop()
    if found:
        raise UsageError(
            "plan.two_subscribers",
            Text(
                f"“{text}”既是内部编号又是另一用户的编码",
                f"“{text}” is the id of one line and the key of another",
            ),
            Text("写成 id:… 或 key:… 指明是哪一种", "write id:… or key:… to say which is meant"),
        )
    raise UsageError(
        "plan.no_subscriber",
        Text(f"{month} 的账册里没有用户“{text}”", f"the book of {month} has no subscriber “{text}”"),
        Text(
            "核对编号；编号见 weixi plan show --out 导出的清单",
            "check it; weixi plan show --out lists the ids",
        ),
    )


def _by_key(store: Store, key: str) -> set[int]:
    partitions = store.partitions(IDENTITY)
    if not partitions:
        return set()
    rows = store.rows(
        "SELECT DISTINCT subscriber_id FROM identity WHERE source_key = $key",
        inputs={"identity": partitions},
        parameters={"key": key},
    )
    return {int(row["subscriber_id"]) for row in rows}


def _by_id(store: Store, number: int, month: Month) -> set[int]:
    rows = store.rows(
        "SELECT subscriber_id FROM line WHERE subscriber_id = $subscriber",
        inputs={"line": store.require(SUBSCRIBER_MONTH, month=month.number)},
        parameters={"subscriber": number},
    )
    return {int(row["subscriber_id"]) for row in rows}
