"""The chain over entries, each with the hash of itself and of the one before; what auditors ask of it. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel, Term

FIRST = ""
"""What the first entry has before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what to what, when, why, and where (`path`; empty: the whole operator)."""

    number: int
    at: datetime
    actor_id: int | None
    act: str
    subject: str
    path: str
    detail: str
    reason: str


def canonical(detail: Mapping[str, object]) -> str:
    """The detail as one text that is always the same for the same values."""
    return json.dumps(
        dict(detail), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def sealed(entry: Entry, previous: str) -> str:
    """SHA-256 over the hash before and every part of the entry."""
    return fingerprint(
        previous,
        str(entry.number),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "" if entry.actor_id is None else str(entry.actor_id),
        entry.act,
        entry.subject,
        entry.path,
        entry.detail,
        entry.reason,
    )


class Kind(Term):
    """A question that auditors ask often."""

    REVEALS = "REVEALS", "看过完整号码", "full number seen"
    VIEWS = "VIEWS", "查看客户", "customers looked at"
    ACCOUNTS = "ACCOUNTS", "账号与岗位", "accounts and posts"
    SIGN_INS = "SIGN_INS", "登录", "sign-ins"
    DOWNLOADS = "DOWNLOADS", "下载", "downloads"
    TOKENS = "TOKENS", "接口令牌", "tokens"


def is_of(kind: Kind, act: str) -> bool:
    """Whether the act answers that question; acts are named `app.verb`, so an app's own new ones are found."""
    app, _, verb = act.partition(".")
    if kind is Kind.REVEALS:
        return verb.startswith("reveal") or act in _SEEN_WHOLE
    if kind is Kind.VIEWS:
        return app == "subscriber" and not verb.startswith("reveal")
    if kind is Kind.DOWNLOADS:
        return verb.startswith(("export", "download")) or act == "planning.quarantine"
    if kind is Kind.TOKENS:
        return app == "org" and verb.endswith("_token")
    if kind is Kind.SIGN_INS:
        return act in _SIGN_INS
    return app == "org" and act not in _SIGN_INS and not verb.endswith("_token")


_SEEN_WHOLE = frozenset({"dispatch.call", "planning.quarantine"})
"""Acts that show a number in full and are not named after it: a call puts it on the dial, refused records hold it."""

_SIGN_INS = frozenset(
    {
        "org.sign_in",
        "org.sign_in_failed",
        "org.sign_out",
        "org.password_right",
        "org.code_failed",
        "org.recovery_used",
    }
)

MOST_EXPORTED = 20_000
"""Rows of one download; more are asked for by their dates."""

ACTS = {
    "audit.export": Text("下载审计记录", "downloaded audit entries"),
    "audit.search": Text("按号码查审计", "searched the audit by a number"),
    "audit.prove": Text("核验审计链", "proved the audit's chain"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "audit": Text("审计", "the audit"),
    "rows": Text("行数", "rows"),
    "found": Text("找到", "found"),
    "form": Text("格式", "form"),
    "who": Text("人员", "person"),
    "act": Text("动作", "act"),
    "words": Text("查找", "searched for"),
    "name": Text("名称", "name"),
    "kind": Text("类别", "kind"),
    "subject": Text("对象", "subject"),
    "since": Text("自", "since"),
    "until": Text("至", "until"),
    "broken": Text("发现问题", "fault found"),
    **{kind.value: kind.text for kind in Kind},
    **{level.value: level.text for level in OrgLevel},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""


def number_in(text: str) -> str:
    """The customer's number that was typed whole, its country code and blanks taken off; "" where it is none."""
    plain = _COUNTRY.sub("", _BLANKS.sub("", text))
    return plain if _NUMBER.fullmatch(plain) else ""


_BLANKS = re.compile(r"[\s\-()（）]+")
_COUNTRY = re.compile(r"^(\+|00)?86(?=1[0-9]{10}$)")
_NUMBER = re.compile(r"[0-9]{11,12}")


def plain_cell(text: str) -> str:
    """A text for a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
