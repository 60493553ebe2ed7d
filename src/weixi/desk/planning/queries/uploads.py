"""Uploads: their files, how they are read, what became of them, and the records that were refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from weixi.desk.base.book import store
from weixi.desk.base.territory import under
from weixi.desk.planning.mapping import assigned, mapping_of
from weixi.desk.planning.models import Upload
from weixi.desk.planning.rules import FOLDER, UploadState, hidden
from weixi.engine import Partition
from weixi.flow.extract import DAY_QUARANTINE, QUARANTINE, FeedName, Reason, require_recognised
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

SHOWN = 100
"""Refused records on a page."""


@dataclass(frozen=True, slots=True)
class UploadLine:
    """One upload on a page. `assigned` is which of our columns each of the operator's fills.

    `same_as` is an earlier upload of the very same files that was imported; `fault` is why the files cannot be
    imported as the mapping reads them.
    """

    upload_id: int
    path: str
    who: str
    made_at: datetime
    files: Any
    total_bytes: int
    month: Month | None
    mapping: str
    mapping_text: str
    assigned: dict[str, str]
    suggestion: Any
    state: UploadState
    results: Any
    taken_at: datetime | None
    same_as: int | None
    fault: WeixiError | None

    @property
    def shown_state(self) -> UploadState:
        """Where the upload stands for who looks at it: what cannot be imported is not merely received."""
        is_blocked = self.fault is not None and self.state is UploadState.RECEIVED
        return UploadState.REFUSED if is_blocked else self.state


@dataclass(frozen=True, slots=True)
class Refused:
    """One record that an import refused, as it stands in the operator's file; numbers and names are hidden."""

    file: str
    line: int
    reason: Text
    column: str
    value: str
    text: str


def path_of_upload(upload_id: int) -> str | None:
    """The territory of who uploaded; None where there is no such upload."""
    return Upload.objects.filter(id=upload_id).values_list("path", flat=True).first()


def folder_of(upload_id: int) -> Path:
    """Where the files of the upload are."""
    found: str = Upload.objects.values_list("folder", flat=True).get(id=upload_id)
    folder: Path = settings.HOME / FOLDER / found
    return folder


def uploads(*, territory: tuple[str, ...], count: int = 30) -> tuple[UploadLine, ...]:
    """The latest uploads of the territory."""
    found = Upload.objects.filter(under("path", territory)).select_related("made_by")
    rows = found.defer("mapping_text", "suggestion").order_by("-id")[:count]
    return tuple(_line(row, is_whole=False) for row in rows)


def upload_line(upload_id: int) -> UploadLine:
    """The upload of that number."""
    return _line(Upload.objects.select_related("made_by").get(id=upload_id), is_whole=True)


def refused(*, feed: str, month: int, day: str = "", limit: int = SHOWN) -> tuple[Refused, ...]:
    """The first records of the feed that the book's last import of the month (or day) refused."""
    partition = quarantine_of(feed, month, day)
    if partition is None:
        return ()
    rows = store().rows(
        f"SELECT file, line, reason, column_name, value, text FROM q ORDER BY file, line LIMIT {limit}",
        inputs={"q": partition},
    )
    return tuple(
        Refused(
            str(row["file"]),
            int(row["line"]),
            Reason(row["reason"]).text,
            str(row["column_name"] or ""),
            hidden(str(row["value"] or "")),
            hidden(str(row["text"] or ""))[:300],
        )
        for row in rows
    )


def refused_lines(partition: Partition) -> Iterator[tuple[str, ...]]:
    """Every refused record, whole, as rows of a file to mend the delivery by."""
    table = store().arrow(
        "SELECT file, line, reason, column_name, value, text FROM q ORDER BY file, line",
        inputs={"q": partition},
    )
    for row in table.to_pylist():
        reason = Reason(row["reason"]).text.zh
        yield (
            row["file"],
            str(row["line"]),
            reason,
            row["column_name"] or "",
            row["value"] or "",
            row["text"] or "",
        )


def quarantine_of(feed: str, month: int, day: str = "") -> Partition | None:
    """The partition of refused records; None where there is none."""
    if feed not in set(FeedName):
        return None
    if day:
        return store().current(DAY_QUARANTINE, month=month, feed=feed, day=day)
    return store().current(QUARANTINE, month=month, feed=feed)


def _line(upload: Upload, *, is_whole: bool) -> UploadLine:
    digests = sorted(one["sha256"] for one in upload.files)
    same = None
    if is_whole:
        for other in Upload.objects.filter(state=UploadState.TAKEN.value, id__lt=upload.id).order_by("-id")[
            :50
        ]:
            if sorted(one["sha256"] for one in other.files) == digests:
                same = other.id
                break
    text = upload.mapping_text if is_whole else ""
    return UploadLine(
        upload_id=upload.id,
        path=upload.path,
        who=upload.made_by.shown_name,
        made_at=upload.made_at,
        files=upload.files,
        total_bytes=sum(one["bytes"] for one in upload.files),
        month=Month.from_number(upload.month) if upload.month is not None else None,
        mapping=upload.mapping,
        mapping_text=text,
        assigned=assigned(text),
        suggestion=upload.suggestion if is_whole else {},
        state=UploadState(upload.state),
        results=upload.results,
        taken_at=upload.taken_at,
        same_as=same,
        fault=_fault(upload) if is_whole and upload.state != UploadState.TAKEN.value else None,
    )


def _fault(upload: Upload) -> WeixiError | None:
    """Why the upload cannot be imported as its mapping reads it; None where nothing hinders it or there is none."""
    if not upload.mapping and not upload.mapping_text:
        return None
    try:
        require_recognised(
            mapping_of(upload.mapping, upload.mapping_text),
            ", ".join(str(one["name"]) for one in upload.files[:3]),
        )
    except WeixiError as fault:
        return fault
    return None
