"""Receiving an operator's files, saying how they are read, and asking for their import."""

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from weixi.desk.audit.operations import record
from weixi.desk.org.rules import Sight
from weixi.desk.planning.mapping import assign, mapping_of
from weixi.desk.planning.models import Upload
from weixi.desk.planning.rules import (
    FOLDER,
    LARGEST_UPLOAD,
    MOST_FILES,
    UploadState,
    require_whole,
    safe_name,
    too_large,
)
from weixi.desk.worker.operations import request
from weixi.flow.extract import read_mapping, require_recognised, shipped_mappings
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


def receive(
    *,
    files: Sequence[tuple[str, Iterable[bytes]]],
    month: Month | None,
    sight: Sight,
    now: datetime,
) -> int:
    """Keep the files under the home and ask for a look at them. The number of the upload.

    Nothing is kept where one of them is refused.
    """
    path = require_whole(sight)
    if not files or len(files) > MOST_FILES:
        raise UsageError(
            "planning.files",
            Text(f"一次上传 1 到 {MOST_FILES} 个文件。", f"An upload is 1 to {MOST_FILES} files."),
            Text("选择文件后再上传；多于此数可压缩成 .zip。", "Choose files; more of them go into a .zip."),
        )
    name = secrets.token_hex(8)
    folder = settings.HOME / FOLDER / name
    folder.mkdir(parents=True, mode=0o700)
    try:
        kept = _keep(folder, files)
        with transaction.atomic():
            upload = Upload.objects.create(
                folder=name,
                path=path,
                made_by_id=sight.user_id,
                made_at=now,
                files=kept,
                month=month.number if month is not None else None,
            )
            record(
                actor_id=sight.user_id,
                act="planning.upload",
                subject=f"upload:{upload.id}",
                detail={"files": len(kept), "bytes": sum(one["bytes"] for one in kept)},
                now=now,
                path=path,
            )
            _ask(upload, "planning.suggest", sight, now)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return upload.id


@transaction.atomic
def choose_mapping(
    *, upload_id: int, name: str, text: str, month: Month | None, sight: Sight, now: datetime
) -> None:
    """Read the upload by a shipped mapping of that name or, without one, by the text.

    Raises FaultList with every fault of the text at its line; then nothing is changed.
    """
    upload = Upload.objects.select_for_update().get(id=upload_id)
    _require_open(upload)
    if name and name not in shipped_mappings():
        raise UsageError(
            "planning.mapping",
            Text(f"没有映射 {name}", f"there is no mapping {name}"),
            Text("从列表中选择", "choose one of the list"),
        )
    if not name:
        read_mapping(text.encode(), "映射")
    number = month.number if month is not None else None
    Upload.objects.filter(id=upload_id).update(
        mapping=name,
        mapping_text=text or upload.mapping_text,
        month=number,
        state=UploadState.RECEIVED.value,
        suggestion=_untried(upload),
    )
    _note(upload, sight, now)


@transaction.atomic
def map_columns(*, upload_id: int, chosen: Mapping[str, str], sight: Sight, now: datetime) -> None:
    """Let the operator's columns fill those of ours. Raises FaultList where the mapping is wrong then."""
    upload = Upload.objects.select_for_update().get(id=upload_id)
    _require_open(upload)
    text = upload.mapping_text
    for column, target in chosen.items():
        text = assign(text, column, target)
    if text == upload.mapping_text:
        return
    read_mapping(text.encode(), "映射")
    Upload.objects.filter(id=upload_id).update(
        mapping="", mapping_text=text, state=UploadState.RECEIVED.value, suggestion=_untried(upload)
    )
    _note(upload, sight, now)


def ask_look(*, upload_id: int, sight: Sight, now: datetime) -> int:
    """Ask for another look at the files. The number of the job."""
    return _ask(Upload.objects.get(id=upload_id), "planning.suggest", sight, now)


def ask_import(*, upload_id: int, restate: str, accept_short: bool, sight: Sight, now: datetime) -> int:
    """Ask for the import. The number of the job.

    Raises UsageError where nothing says how the files are read, DataError where that takes nothing of them.
    """
    require_whole(sight)
    upload = Upload.objects.get(id=upload_id)
    if not upload.mapping and not upload.mapping_text:
        raise UsageError(
            "planning.no_mapping",
            Text("还没有映射，不知道怎样读这些文件。", "Nothing says yet how these files are read."),
            Text("等识别完成，或选择一个映射。", "Wait for the look at them, or choose a mapping."),
        )
    require_recognised(mapping_of(upload.mapping, upload.mapping_text), _names(upload))
    return _ask(upload, "planning.import", sight, now, restate=restate, accept_short=accept_short)


@transaction.atomic
def note_look(*, upload_id: int, mapping: str, text: str, found: Mapping[str, Any]) -> None:
    """What looking at the files found; a mapping that somebody wrote meanwhile stays."""
    upload = Upload.objects.select_for_update().get(id=upload_id)
    is_own = bool(upload.mapping or upload.mapping_text)
    is_refused = "fault" in found and not is_own and upload.state != UploadState.TAKEN.value
    Upload.objects.filter(id=upload_id).update(
        suggestion=dict(found),
        state=UploadState.REFUSED.value if is_refused else upload.state,
        mapping=upload.mapping or ("" if upload.mapping_text else mapping),
        mapping_text=upload.mapping_text or text,
    )


@transaction.atomic
def note_import(
    *, upload_id: int, results: Sequence[Mapping[str, Any]], actor_id: int | None, now: datetime
) -> None:
    """The files are in the book, with what became of them."""
    upload = Upload.objects.select_for_update().get(id=upload_id)
    Upload.objects.filter(id=upload_id).update(
        state=UploadState.TAKEN.value, results=list(results), taken_at=now
    )
    record(
        actor_id=actor_id,
        act="planning.import",
        subject=f"upload:{upload_id}",
        detail={"rows": sum(int(one["accepted"]) for one in results)},
        now=now,
        path=upload.path,
    )


def note_refused(*, upload_id: int) -> None:
    """The import was refused: the upload is not merely received any more."""
    Upload.objects.filter(id=upload_id, state=UploadState.RECEIVED.value).update(
        state=UploadState.REFUSED.value
    )


def note_download(*, upload_id: int, rows: int, sight: Sight, path: str, now: datetime) -> None:
    """The entry that refused records left the desk as a file."""
    record(
        actor_id=sight.user_id,
        act="planning.quarantine",
        subject=f"upload:{upload_id}",
        detail={"rows": rows},
        now=now,
        path=path,
    )


def _keep(folder: Path, files: Sequence[tuple[str, Iterable[bytes]]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    total = 0
    for given, chunks in files:
        name = safe_name(given)
        if (folder / name).exists():
            name = f"{len(kept) + 1}_{name}"
        digest, size = hashlib.sha256(), 0
        with (folder / name).open("xb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if total + size > LARGEST_UPLOAD:
                    raise too_large(LARGEST_UPLOAD)
                digest.update(chunk)
                stream.write(chunk)
        total += size
        kept.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})
    return kept


def _ask(upload: Upload, kind: str, sight: Sight, now: datetime, **more: Any) -> int:
    return request(
        kind=kind,
        key=str(upload.id),
        parameters={"upload": upload.id, **more},
        actor_id=sight.user_id,
        path=upload.path,
        now=now,
        address=reverse("upload", kwargs={"upload_id": upload.id}),
    )


def _untried(upload: Upload) -> dict[str, Any]:
    """What looking found, without what became of the mapping before."""
    return {name: said for name, said in upload.suggestion.items() if name not in ("trial", "fault")}


def _names(upload: Upload) -> str:
    return ", ".join(str(one["name"]) for one in upload.files[:3])


def _require_open(upload: Upload) -> None:
    if upload.state == UploadState.TAKEN.value:
        raise UsageError(
            "planning.taken",
            Text("这批文件已经导入，映射不能再改。", "These files are imported; their mapping stays."),
            Text("需要更正时重新上传。", "To correct them, upload them again."),
        )


def _note(upload: Upload, sight: Sight, now: datetime) -> None:
    record(
        actor_id=sight.user_id,
        act="planning.map",
        subject=f"upload:{upload.id}",
        detail={},
        now=now,
        path=upload.path,
    )
