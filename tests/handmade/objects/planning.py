"""Versions of the playbook and uploads."""

from datetime import datetime
from importlib.resources import files

from django.utils import timezone

from handmade.desk import person
from handmade.objects.made import Made, Maker
from weixi.desk.planning.models import PlaybookVersion, Upload


def version(path: str, now: datetime) -> Made:
    author = person("author", since=timezone.localdate(), now=now)
    text = (files("weixi.playbook") / "work_plan.toml").read_text(encoding="utf-8")
    made = PlaybookVersion.objects.create(
        number=PlaybookVersion.objects.count() + 1,
        title="试",
        text=text,
        base="in_force",
        path=path,
        author=author,
        made_at=now,
        written_at=now,
        fingerprint="f",
    )
    return Made({"version_id": made.id}, {"text": text, "answer": "改", "fingerprint": "f"})


def upload(path: str, now: datetime) -> Made:
    author = person("author", since=timezone.localdate(), now=now)
    made = Upload.objects.create(
        folder=f"{Upload.objects.count():032d}",
        path=path,
        made_by=author,
        made_at=now,
        files=[{"name": "a.csv", "bytes": 1, "sha256": "0"}],
    )
    return Made({"upload_id": made.id}, {"mapping": "simulated"})


VERSION = ("version", "write_version", "propose_version", "publish_version", "reject_version", "try_version")
UPLOAD = (
    "upload",
    "choose_mapping",
    "map_columns",
    "look_again",
    "start_import",
    "quarantine",
    "quarantine_file",
)

MAKERS: dict[str, Maker] = {**dict.fromkeys(VERSION, version), **dict.fromkeys(UPLOAD, upload)}
