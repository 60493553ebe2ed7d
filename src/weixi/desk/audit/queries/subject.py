"""What an entry is about, in words: a task by its warning, a partition by its day, a node by its name."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.apps import apps
from django.utils.module_loading import import_string

from weixi.desk.base.book import playbook, store
from weixi.flow.book import IDENTITY
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text

_TASK = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?-(?P<subscriber>[0-9]+)-(?P<kind>\w+)"
)
_MADE = re.compile(r"(?P<table>\w+) (?P<key>(?:\w+=\S+ )+)r(?P<revision>[0-9]+)")


@dataclass(frozen=True, slots=True)
class Made:
    """A partition of the store that an entry is about: the name of its table, and its day or month and revision."""

    table: str
    text: Text


def made_of(subject: str) -> Made | None:
    """The partition that the subject names (`day_closing day=2026-11-21 month=202611 r1`); None where it is none."""
    found = _MADE.fullmatch(subject)
    if found is None:
        return None
    key = dict(part.split("=", 1) for part in found["key"].split())
    month = key.get("month", "")
    when = key.get("day") or (f"{month[:4]}-{month[4:]}" if len(month) == 6 else month)
    revision = found["revision"]
    return Made(found["table"], Text(f"{when} 第 {revision} 版", f"{when}, revision {revision}"))


def called_as(kind: str, subject: str) -> Text:
    """The subject in words: a task by its month, warning and subscriber; anything else as it is."""
    found = _TASK.fullmatch(subject) if kind == "task" else None
    if found is None:
        return Text(subject, subject)
    when = "-".join(filter(None, (found["year"], found["month"], found["day"])))
    warning = _warning(found["kind"])
    who = found["subscriber"]
    return Text(f"{when} {warning.zh}（用户 {who}）", f"{when} {warning.en} (subscriber {who})")


def names_of(codes: Collection[str]) -> dict[str, str]:
    """What the nodes of those codes are called, as the app that keeps the tree declares it."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        declared: str = getattr(config, "place_names", "")
        if declared:
            ask: Callable[[Collection[str]], dict[str, str]] = import_string(declared)
            found |= ask({code for code in codes if code})
    return found


def subscriber_of(number: str) -> int | None:
    """Whose number it is, or was last; None where the book knows nobody by it."""
    known = store().partitions(IDENTITY)
    if not known:
        return None
    rows = store().rows(
        """SELECT subscriber_id FROM identity WHERE msisdn = $number OR source_key = $number
        ORDER BY month DESC, subscriber_id DESC LIMIT 1""",
        inputs={"identity": known},
        parameters={"number": number},
    )
    return int(rows[0]["subscriber_id"]) if rows else None


def _warning(code: str) -> Text:
    """What the plan in force calls the warning; its code where the plan has none of that name, or cannot be read."""
    try:
        return next((rule.text for rule in playbook().warnings if rule.code == code), Text(code, code))
    except WeixiError:
        return Text(code, code)
