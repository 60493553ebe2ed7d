"""What an import says of one feed and month: to people, and in the note that stays with the book."""

from typing import Any

from weixi.engine import Partition, Store
from weixi.flow.book.result import FeedResult
from weixi.flow.book.subscriber_month import missing_columns
from weixi.flow.book.totals import sources_note
from weixi.flow.extract import Extract, FeedName, LabelCount, Listed, Reason
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def note_of(
    extract: Extract, name: str, listed: Listed, reasons: dict[str, int], label: LabelCount | None
) -> dict[str, Any]:
    """The note of the book's partition; `name` is the import's."""
    converted = listed.converted
    mapping = extract.mapping
    return {
        "import": name,
        "extract": extract.name,
        "mapping": mapping.name,
        "currency": mapping.currency,
        "assumes": [{"zh": said.zh, "en": said.en} for said in mapping.assumes],
        "files": [{"name": file.name, "sha256": file.sha256} for file in converted.staged.files],
        "input": converted.input,
        "accepted": listed.accepted,
        "quarantined": listed.refused.manifest.rows,
        "duplicates": _duplicates(reasons),
        "reasons": reasons,
        **sources_note(label, converted.staged.joins),
        "missing_columns": list(converted.staged.batch.mapping.missing),
        "columns": list(converted.staged.columns),
    }


def result_of(
    listed: Listed,
    reasons: dict[str, int],
    label: LabelCount | None,
    written: Partition | None,
    remarks: tuple[Text, ...],
    *,
    is_changed: bool,
) -> FeedResult:
    """The result of the feed and month; `written` is the book's partition, None in a dry run."""
    converted = listed.converted
    is_line = converted.feed.name is FeedName.SUBSCRIBER
    return FeedResult(
        feed=converted.feed.name,
        month=converted.month,
        input=converted.input,
        accepted=listed.accepted,
        quarantined=listed.refused.manifest.rows,
        duplicates=_duplicates(reasons),
        revision=written.revision if written is not None else None,
        fingerprint=written.fingerprint if written is not None else None,
        is_changed=is_changed,
        missing_columns=tuple(missing_columns(listed) if is_line else converted.staged.batch.mapping.missing),
        reasons=reasons,
        label=label,
        joins=converted.staged.joins,
        remarks=remarks,
    )


def reasons_of(scratch: Store, listed: Listed) -> dict[str, int]:
    """How many records were refused for each reason."""
    if not listed.refused.manifest.rows:
        return {}
    found = scratch.rows(
        "SELECT reason, CAST(count(*) AS BIGINT) AS row_count FROM refused GROUP BY reason ORDER BY reason",
        inputs={"refused": listed.refused},
    )
    return {row["reason"]: int(row["row_count"]) for row in found}


def _duplicates(reasons: dict[str, int]) -> int:
    """Keys seen before, in the feed's own files and in joined sheets."""
    return reasons.get(Reason.DUPLICATE, 0)


def balance(what: str, feed: FeedName, month: Month | None, expected: int, found: int) -> None:
    """Raises DataError where two counts that must be equal are not."""
    if expected != found:
        raise DataError(
            "book.accounting",
            Text(
                f"{what} 合计不符：应为 {expected}，实为 {found}",
                f"{what}: expected {expected} rows, found {found}",
            ),
            Text(
                "这是程序缺陷；请附清单上报", "this is a defect of the program; report it with the manifest"
            ),
            where=f"{feed} {month or ''}".strip(),
        )
