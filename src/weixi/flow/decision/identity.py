"""Finding one person behind a surrogate key, and showing him only in part."""

from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
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
    known = store.partitions(IDENTITY)
    if not known:
        return Who(None, None)
    rows = store.rows(
        """SELECT msisdn, name FROM identity WHERE subscriber_id = $subscriber AND month <= $month
        ORDER BY month DESC LIMIT 1""",
        inputs={"identity": known},
        parameters={"subscriber": subscriber_id, "month": month.number},
    )
    number, name = (rows[0]["msisdn"], rows[0]["name"]) if rows else (None, None)
    return Who(mask_number(number) if number else None, mask_name(name) if name else None)


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
