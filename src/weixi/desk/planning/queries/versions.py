"""The versions of the operator's playbook, and the one in force."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from weixi.desk.base.book import playbook
from weixi.desk.base.territory import under
from weixi.desk.planning.models import PlaybookVersion
from weixi.desk.planning.rules import VersionState
from weixi.desk.planning.sources import shipped_text, text_in_force
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.playbook import SHIPPED


@dataclass(frozen=True, slots=True)
class InForceLine:
    """What holds now: its name, and the version's number (None: the one that weixi ships)."""

    title: Text
    name: str
    number: int | None
    label: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version on a page; `text` is left out of lists."""

    version_id: int
    number: int
    title: str
    base: str
    note: str
    state: VersionState
    author: str
    author_id: int
    made_at: datetime
    written_at: datetime
    checked_at: datetime | None
    fingerprint: str
    proposed_at: datetime | None
    published_by: str
    published_at: datetime | None
    answer: str
    text: str
    path: str


def current() -> InForceLine:
    """The playbook in force."""
    plan = playbook()
    version = PlaybookVersion.objects.filter(state=VersionState.PUBLISHED.value).first()
    return InForceLine(
        plan.title,
        plan.name,
        version.number if version is not None else None,
        version.title if version is not None else "",
        plan.fingerprint,
    )


def path_of_version(version_id: int) -> str | None:
    """The territory for which the version was made; None where there is none."""
    return PlaybookVersion.objects.filter(id=version_id).values_list("path", flat=True).first()


def versions(*, paths: tuple[str, ...], count: int = 100) -> tuple[VersionLine, ...]:
    """The versions made inside the territory, the latest first."""
    found = PlaybookVersion.objects.filter(under("path", paths)).select_related("author", "published_by")
    return tuple(_line(version, "") for version in found.defer("text").order_by("-number")[:count])


@dataclass(frozen=True, slots=True)
class VersionName:
    """What one version is called."""

    version_id: int
    number: int
    title: str


def versions_of(fingerprints: Collection[str]) -> dict[str, VersionName]:
    """Fingerprint of a plan → the earliest version that makes it, wherever it was made; none for a shipped playbook."""
    found = PlaybookVersion.objects.filter(fingerprint__in=set(fingerprints), published_at__isnull=False)
    rows = found.order_by("-number").values_list("fingerprint", "id", "number", "title")
    return {fingerprint: VersionName(key, number, title) for fingerprint, key, number, title in rows}


def version_line(version_id: int) -> VersionLine:
    """The version of that number, with its text."""
    version = PlaybookVersion.objects.select_related("author", "published_by").get(id=version_id)
    return _line(version, version.text)


def _line(version: PlaybookVersion, text: str) -> VersionLine:
    return VersionLine(
        version_id=version.id,
        number=version.number,
        title=version.title,
        base=version.base,
        note=version.note,
        state=VersionState(version.state),
        author=version.author.shown_name,
        author_id=version.author_id,
        made_at=version.made_at,
        written_at=version.written_at,
        checked_at=version.checked_at,
        fingerprint=version.fingerprint,
        proposed_at=version.proposed_at,
        published_by=version.published_by.shown_name if version.published_by_id is not None else "",
        published_at=version.published_at,
        answer=version.answer,
        text=text,
        path=version.path,
    )


def base_text(base: str, territory: tuple[str, ...]) -> str:
    """The text to begin a version from: `in_force`, a shipped playbook by name, or a version's number.

    Raises UsageError where there is none.
    """
    if base == "in_force":
        return text_in_force(settings.HOME)
    if base in SHIPPED:
        return shipped_text(base)
    found = PlaybookVersion.objects.filter(
        under("path", territory), number=int(base) if base.isdecimal() else 0
    )
    text: str | None = found.values_list("text", flat=True).first()
    if text is None:
        raise UsageError(
            "planning.base",
            Text(f"没有底稿 {base[:40]}", f"there is no text {base[:40]} to begin from"),
            Text("从列表中选择", "choose one of the list"),
        )
    return text
