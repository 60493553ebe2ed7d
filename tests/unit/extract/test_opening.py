"""Opening an extract: what is not whole is refused before anything is read."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from weixi.flow.extract import FeedName, OperatorMapping, mapping_name, open_files, open_folder, read_mapping
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.period import Month

MAPPING = b"""
[mapping]
name = "m"
currency = "CNY"
[subscriber]
files = "user_*"
key = ["ID"]
[subscriber.columns]
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {value = "IN_SERVICE"}
"""


@pytest.fixture
def mapping() -> OperatorMapping:
    return read_mapping(MAPPING, "m.toml")


def write(folder: Path, **change: Any) -> Path:
    folder.mkdir()
    data = b"ID\n1\n2\n"
    (folder / "user_202501.csv").write_bytes(data)
    entry = {
        "path": "user_202501.csv",
        "rows": 2,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "feed": "subscriber",
        "month": 202501,
    } | change
    (folder / "manifest.json").write_text(json.dumps({"name": "x", "mapping": "m", "files": [entry]}))
    return folder


def test_a_whole_extract(tmp_path: Path, mapping: OperatorMapping) -> None:
    extract = open_folder(write(tmp_path / "x"), mapping)
    (file,) = extract.files
    assert (extract.name, file.feed, file.month, file.rows) == (
        "x",
        FeedName.SUBSCRIBER,
        Month.parse("2025-01"),
        2,
    )
    assert mapping_name(tmp_path / "x") == "m"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bytes": 8}, "extract.bytes"),
        ({"sha256": "0" * 64}, "extract.sha256"),
        ({"path": "user_202502.csv"}, "extract.missing"),
        ({"path": "../user_202501.csv"}, "extract.manifest"),
        ({"rows": "many"}, "extract.manifest"),
        ({"month": 202513}, "extract.manifest"),
    ],
)
def test_what_differs_from_the_manifest_is_refused(
    tmp_path: Path, mapping: OperatorMapping, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(DataError) as caught:
        open_folder(write(tmp_path / "x", **change), mapping)
    assert caught.value.code == code


def test_a_folder_still_being_written_is_refused(tmp_path: Path, mapping: OperatorMapping) -> None:
    folder = write(tmp_path / "x")
    (folder / ".user_202502.csv.part").touch()
    with pytest.raises(DataError, match="half_written"):
        open_folder(folder, mapping)


def test_without_manifest_the_mapping_s_names_choose_unless_it_asks_for_one(tmp_path: Path) -> None:
    folder = write(tmp_path / "x")
    (folder / "manifest.json").unlink()
    (folder / "notes.txt").write_text("hello")
    assert [f.name for f in open_folder(folder, read_mapping(MAPPING, "m.toml")).files] == ["user_202501.csv"]
    strict = read_mapping(
        MAPPING.replace(b'currency = "CNY"', b'currency = "CNY"\nmanifest = "required"'), "m.toml"
    )
    with pytest.raises(DataError, match="no_manifest"):
        open_folder(folder, strict)


def test_a_torn_manifest_is_refused(tmp_path: Path, mapping: OperatorMapping) -> None:
    folder = write(tmp_path / "x")
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text()[:-5])
    with pytest.raises(DataError, match=r"extract\.manifest"):
        open_folder(folder, mapping)


def test_month_leaves_the_files_of_other_months_out(tmp_path: Path, mapping: OperatorMapping) -> None:
    folder = write(tmp_path / "x")
    assert len(open_folder(folder, mapping, Month.parse("2025-01")).files) == 1
    with pytest.raises(DataError, match="no_files"):
        open_folder(folder, mapping, Month.parse("2025-02"))


def test_a_single_file_of_any_name_where_the_mapping_has_one_feed(
    tmp_path: Path, mapping: OperatorMapping
) -> None:
    path = tmp_path / "whatever.csv"
    path.write_text("ID\n1\n")
    assert open_files([path], mapping).files[0].feed is FeedName.SUBSCRIBER
    with pytest.raises(UsageError):
        open_files([tmp_path / "none.csv"], mapping)
