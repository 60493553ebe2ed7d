"""Importing by upload: names made safe, a mapping suggested, nothing lost where a file is bad, the same again once."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.org.models import User
from weixi.desk.planning.models import Upload
from weixi.desk.planning.queries.uploads import upload_line
from weixi.desk.worker.queries import last_job
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.extract import sample_file

Planner = Callable[[str], User]

HEADER = "用户号码,账期,入网时间,出账金额,套餐名称,用户状态\n"
GOOD = [
    f"1390000{number:04d},202601,2020-05-0{number % 9 + 1},{30 + number % 90}.5,畅享套餐,正常"
    for number in range(300)
]
TWICE = [GOOD[7], GOOD[0]]
TABLE = (HEADER + "\n".join([*GOOD, *TWICE]) + "\n").encode("gb18030")


def send(client: Client, *files: tuple[str, bytes], month: str = "") -> Upload:
    """The upload that the form makes of those files."""
    body = {"files": [SimpleUploadedFile(name, content) for name, content in files], "month": month}
    answer = client.post("/planning/imports/new/", body)
    assert answer.status_code == 302
    return Upload.objects.latest("id")


def files_of(home: Path) -> list[Path]:
    return sorted(path for path in (home / "uploads").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/cron.d/x.csv", "x.csv"),
        ("..\\..\\x.csv", "x.csv"),
        ("/abs/olute.csv", "olute.csv"),
        ("用户 月表.csv", "用户 月表.csv"),
    ],
)
def test_a_name_never_leaves_its_folder(
    planner: Planner, client: Client, own_home: Path, given: str, kept: str
) -> None:
    client.force_login(planner("one"))
    upload = send(client, (given, TABLE))
    [path] = files_of(own_home)
    assert path.parent == own_home / "uploads" / upload.folder
    assert path.name.endswith(kept.rsplit("/", 1)[-1])
    assert path.read_bytes() == TABLE
    assert not (own_home.parent / "etc").exists()


def test_a_file_of_another_kind_is_refused_and_nothing_stays(
    planner: Planner, client: Client, own_home: Path
) -> None:
    client.force_login(planner("one"))
    body = {"files": [SimpleUploadedFile("a.csv", TABLE), SimpleUploadedFile("run.sh", b"#!/bin/sh")]}
    page = client.post("/planning/imports/new/", body, follow=True).content.decode()
    assert "不收这种文件" in page
    assert not Upload.objects.exists()
    assert not (own_home / "uploads").exists() or files_of(own_home) == []


def test_the_file_is_looked_at_imported_and_the_same_again_changes_nothing(
    planner: Planner, client: Client, work: Callable[[], int], own_home: Path
) -> None:
    client.force_login(planner("one"))
    upload = send(client, ("用户月表_202601.csv", TABLE))
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert "hx-trigger" in page
    work()
    looked = last_job(kind="planning.suggest")
    assert looked is not None
    assert looked.state == "DONE", looked.error
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert 'data-column="出账金额"' in page
    assert "13900000001" not in page
    assert "139****0001" in page
    before = {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)}
    client.post(f"/planning/imports/{upload.id}/start/", {"accept_short": "yes"})
    work()
    taken = last_job(kind="planning.import")
    assert taken is not None
    assert taken.state == "DONE", taken.error
    line = upload_line(upload.id)
    counted = {name: sum(r[name] for r in line.results) for name in ("input", "accepted", "quarantined")}
    assert counted["input"] == counted["accepted"] + counted["quarantined"]
    assert counted["quarantined"] == len(TWICE)
    after = {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)}
    assert before.items() < after.items()
    # The records that were refused: masked on the page, whole in the file, and the audit knows who took it.
    result = next(r for r in line.results if r["quarantined"])
    query = f"?feed={result['feed']}&month={result['month']}&day="
    page = client.get(f"/planning/imports/{upload.id}/refused/{query}").content.decode()
    assert page.count("data-line=") == result["quarantined"]
    assert "13900000007" not in page
    answer = client.get(f"/planning/imports/{upload.id}/refused.csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "13900000007" in text
    assert len(text.strip().splitlines()) == result["quarantined"] + 1
    assert AuditEntry.objects.filter(act="planning.quarantine").count() == 1
    again = send(client, ("用户月表_202601.csv", TABLE))
    work()
    page = client.get(f"/planning/imports/{again.id}/").content.decode()
    assert f'data-same-as="{upload.id}"' in page
    client.post(f"/planning/imports/{again.id}/start/", {"accept_short": "yes"})
    work()
    assert not any(r["is_changed"] for r in upload_line(again.id).results)
    assert {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)} == after


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("cut.csv.gz", gzip.compress(TABLE)[:-40]),
        ("header.csv", HEADER.encode()),
        ("binary.csv", bytes(range(256)) * 40),
        ("broken.zip", b"PK\x03\x04 no archive"),
    ],
)
def test_a_bad_file_is_told_on_the_page_and_nothing_is_lost(
    planner: Planner, client: Client, work: Callable[[], int], own_home: Path, name: str, content: bytes
) -> None:
    client.force_login(planner("one"))
    before = {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)}
    upload = send(client, (name, content))
    work()
    looked = last_job(kind="planning.suggest")
    assert looked is not None
    assert looked.state == "FAILED"
    assert looked.error_code != "worker.unexpected"
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert "data-look-failed" in page
    assert looked.error is not None
    assert [path.name for path in files_of(own_home)] == [name]
    assert {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)} == before


def test_a_wrong_mapping_stays_in_the_form_with_its_line(
    planner: Planner, client: Client, work: Callable[[], int]
) -> None:
    client.force_login(planner("one"))
    upload = send(client, ("telco_202601.csv.gz", sample_file("ibm_telco").read_bytes()))
    work()
    right = upload_line(upload.id).mapping_text
    wrong = right.replace("plan_code =", "plan_coda =")
    assert wrong != right
    answer = client.post(f"/planning/imports/{upload.id}/mapping/", {"mapping": "", "text": wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "plan_coda =" in page
    assert f"映射:{wrong[: wrong.index('plan_coda')].count(chr(10)) + 1}" in page
    assert upload_line(upload.id).mapping_text == right


def test_a_column_is_mapped_by_choosing_in_the_table(
    planner: Planner, client: Client, work: Callable[[], int]
) -> None:
    client.force_login(planner("one"))
    upload = send(client, ("telco_202601.csv.gz", sample_file("ibm_telco").read_bytes()))
    work()
    assert upload_line(upload.id).assigned["monthly_charges"] == "bill_fen"
    body = {"column:total_charges": "paid_fen", "column:internet_service": ""}
    client.post(f"/planning/imports/{upload.id}/columns/", body)
    assigned = upload_line(upload.id).assigned
    assert assigned["total_charges"] == "paid_fen"
    assert "internet_service" not in assigned
    assert assigned["monthly_charges"] == "bill_fen"


NONSENSE = "苹果,香蕉,!!!\n你好,xx,12\n??,abc,-9\n".encode()


def test_a_table_of_something_else_is_blocked_before_anything_is_written(
    planner: Planner, client: Client, work: Callable[[], int], own_home: Path
) -> None:
    client.force_login(planner("one"))
    before = {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)}
    upload = send(client, ("nonsense.csv", NONSENSE), month="2026-01")
    work()
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert 'data-blocked="extract.not_recognised"' in page
    assert 'data-state="REFUSED"' in page
    assert "已上传" not in page
    assert re.search(r"data-start\s+disabled", page)
    assert "data-trial" not in page
    assert "--suggest" not in page
    assert "--month" not in page
    assert "chip-red" in client.get("/planning/imports/").content.decode()
    # Who presses all the same gets the fault, and no job.
    answer = client.post(f"/planning/imports/{upload.id}/start/", {"accept_short": "yes"}, follow=True)
    assert "不像电信用户表" in answer.content.decode()
    assert last_job(kind="planning.import") is None
    assert {p.name: p.fingerprint for p in book.store().partitions(SUBSCRIBER_MONTH)} == before
    # Mended by hand it may be imported: the fault goes with its cause.
    body = {"column:苹果": "plan_code", "column:香蕉": "msisdn", "column:!!!": "bill_fen"}
    client.post(f"/planning/imports/{upload.id}/columns/", body)
    client.post(f"/planning/imports/{upload.id}/columns/", {**body, "column:香蕉": "open_date"})
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert "data-blocked" not in page
    assert 'data-state="RECEIVED"' in page


def test_a_refused_import_says_so_and_what_to_do_without_a_command(
    planner: Planner, client: Client, work: Callable[[], int], own_home: Path
) -> None:
    client.force_login(planner("one"))
    closed = max(int(p.key["month"]) for p in book.store().partitions(SUBSCRIBER_MONTH))
    month = f"{closed // 100}-{closed % 100:02}"
    table = TABLE.decode("gb18030").replace("202601", str(closed)).encode("gb18030")
    upload = send(client, (f"用户月表_{closed}.csv", table))
    work()
    client.post(f"/planning/imports/{upload.id}/start/", {"accept_short": "yes"})
    work()
    taken = last_job(kind="planning.import")
    assert taken is not None
    assert (taken.state, taken.error_code) == ("FAILED", "book.closed"), (taken.error, month)
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert "data-import-failed" in page
    assert 'data-state="REFUSED"' in page
    assert "填写更正的原因" in page
    assert "--restate" not in page
    client.post(f"/planning/imports/{upload.id}/start/", {"accept_short": "yes", "restate": "按省公司更正"})
    work()
    taken = last_job(kind="planning.import")
    assert taken is not None
    assert taken.state == "DONE", taken.error
    assert 'data-state="TAKEN"' in client.get(f"/planning/imports/{upload.id}/").content.decode()


def test_columns_are_chosen_by_name(planner: Planner, client: Client, work: Callable[[], int]) -> None:
    client.force_login(planner("one"))
    upload = send(client, ("telco_202601.csv.gz", sample_file("ibm_telco").read_bytes()))
    work()
    page = client.get(f"/planning/imports/{upload.id}/").content.decode()
    assert ">集团单位性质</option>" in page
    columns = page[page.index("data-column=") : page.rindex("data-column=")]
    assert not re.search(r"<option [^>]*>[^<]*[a-z]_[a-z][^<]*</option>", columns)
    assert re.search(r"<code [^>]*>bill_fen</code>", page)
