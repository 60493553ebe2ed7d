"""Versions of the playbook: drafted, written, proposed by one, published by another."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from weixi.desk.audit.operations import record
from weixi.desk.base.book import playbook
from weixi.desk.org.rules import Sight
from weixi.desk.planning.models import PlaybookVersion
from weixi.desk.planning.queries.living import data_month, text_of, trial_job, trial_key
from weixi.desk.planning.rules import (
    LONGEST_TEXT,
    VersionState,
    require_author,
    require_editable,
    require_other,
    require_proposed,
    require_whole,
)
from weixi.desk.planning.sources import require_right
from weixi.desk.worker.operations import request
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.playbook import publish as put_in_force


def draft(*, text: str, title: str, note: str, base: str, sight: Sight, now: datetime) -> int:
    """A new version of that text; its id. Raises FaultList, and makes nothing, where the text has faults."""
    path = require_whole(sight)
    _require_length(text)
    right = require_right(text)
    with transaction.atomic():
        last = PlaybookVersion.objects.select_for_update().order_by("-number").first()
        version = PlaybookVersion.objects.create(
            number=last.number + 1 if last is not None else 1,
            title=title.strip()[:120] or right.title.zh[:120],
            text=text,
            base=base[:64],
            note=note.strip()[:2000],
            path=path,
            author_id=sight.user_id,
            made_at=now,
            written_at=now,
            fingerprint=right.fingerprint,
            checked_at=now,
        )
        _note(version, "planning.draft", sight, now, {"base": base})
    return version.id


def write(*, version_id: int, text: str, title: str, note: str, sight: Sight, now: datetime) -> None:
    """Another text of the author's own draft. Raises FaultList, and changes nothing, where it has faults."""
    require_whole(sight)
    _require_length(text)
    right = require_right(text)
    with transaction.atomic():
        version = PlaybookVersion.objects.select_for_update().get(id=version_id)
        require_editable(VersionState(version.state))
        require_author(version.author_id, sight.user_id)
        values = (text, title.strip()[:120] or version.title, note.strip()[:2000])
        if values == (version.text, version.title, version.note):
            return
        PlaybookVersion.objects.filter(id=version_id).update(
            text=values[0],
            title=values[1],
            note=values[2],
            written_at=now,
            state=VersionState.DRAFT.value,
            fingerprint=right.fingerprint,
            checked_at=now,
        )
        _note(version, "planning.write", sight, now, {"fingerprint": right.fingerprint})


@transaction.atomic
def propose(*, version_id: int, sight: Sight, now: datetime) -> None:
    """Hand the author's version over to be read by another; the same again changes nothing."""
    require_whole(sight)
    version = PlaybookVersion.objects.select_for_update().get(id=version_id)
    if version.state == VersionState.PROPOSED.value:
        return
    require_editable(VersionState(version.state))
    require_author(version.author_id, sight.user_id)
    PlaybookVersion.objects.filter(id=version_id).update(
        state=VersionState.PROPOSED.value, proposed_at=now, answer=""
    )
    _note(version, "planning.propose", sight, now, {"fingerprint": version.fingerprint})


@transaction.atomic
def publish(*, version_id: int, fingerprint: str, sight: Sight, now: datetime) -> None:
    """Let the version hold from now on, by another person than its author; the one before is retired.

    `fingerprint` is that of the text that was read: another text since then is refused. The same again changes nothing.
    """
    require_whole(sight)
    version = PlaybookVersion.objects.select_for_update().get(id=version_id)
    if version.state == VersionState.PUBLISHED.value:
        return
    require_proposed(VersionState(version.state))
    require_other(version.author_id, sight.user_id)
    right = require_right(version.text)
    if right.fingerprint != fingerprint or version.fingerprint != fingerprint:
        raise DataError(
            "planning.other_text",
            Text(
                "版本在您查看之后改过，没有发布。",
                "The version changed after you read it; nothing was published.",
            ),
            Text("重新打开，核对后再发布。", "Open it again, read it, then publish."),
            where=f"{version.number}",
        )
    PlaybookVersion.objects.filter(state=VersionState.PUBLISHED.value).update(
        state=VersionState.RETIRED.value
    )
    PlaybookVersion.objects.filter(id=version_id).update(
        state=VersionState.PUBLISHED.value, published_by_id=sight.user_id, published_at=now
    )
    _note(version, "planning.publish", sight, now, {"fingerprint": fingerprint})
    put_in_force(settings.HOME, version.number, version.text.encode())


@transaction.atomic
def reject(*, version_id: int, answer: str, sight: Sight, now: datetime) -> None:
    """Send the version back to its author with the reason."""
    require_whole(sight)
    version = PlaybookVersion.objects.select_for_update().get(id=version_id)
    require_proposed(VersionState(version.state))
    if not answer.strip():
        raise UsageError(
            "planning.reason",
            Text("退回要写明原因。", "Sending back needs a reason."),
            Text("写上要改什么。", "Say what is to be changed."),
        )
    PlaybookVersion.objects.filter(id=version_id).update(
        state=VersionState.REJECTED.value, answer=answer.strip()[:2000]
    )
    _note(version, "planning.reject", sight, now, {}, answer.strip()[:2000])


def ask_trial(*, version: int | None, edits: Mapping[str, str], sight: Sight, now: datetime) -> int:
    """Ask what the text with those figures changes on the latest month; a trial that was done is not done again.

    The number of the job. Raises FaultList where the text has faults, UsageError for a wrong figure.
    """
    path = require_whole(sight)
    month = data_month()
    if month is None:
        raise DataError(
            "planning.no_month",
            Text(
                "还没有运行过任何月份，没有可比的数据。", "No month was run yet: there is nothing to compare."
            ),
            Text("先运行一个月。", "Run a month first."),
        )
    text = text_of(version, edits)
    require_right(text)
    playbook()
    key = trial_key(month, text)
    done = trial_job(key)
    if done is not None and not done.error_code and done.state not in ("CANCELLED", "FAILED"):
        return done.job_id
    return request(
        kind="planning.try",
        key=key,
        parameters={"month": month.number, "version": version, "edits": dict(edits), "key": key},
        actor_id=sight.user_id,
        path=path,
        now=now,
        address=reverse("living") if version is None else reverse("version", kwargs={"version_id": version}),
    )


def _require_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            "planning.text",
            Text("方案文本太长。", "The text of the playbook is too long."),
            Text(f"不超过 {LONGEST_TEXT:,} 字", f"at most {LONGEST_TEXT:,} letters"),
        )


def _note(
    version: PlaybookVersion,
    act: str,
    sight: Sight,
    now: datetime,
    detail: Mapping[str, object],
    reason: str = "",
) -> None:
    record(
        actor_id=sight.user_id,
        act=act,
        subject=f"version:{version.number}",
        detail=detail,
        now=now,
        reason=reason,
        path=version.path,
    )
