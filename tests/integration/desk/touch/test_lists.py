"""A list from outside: what each row would become, the report, one tap, and never a task twice."""

import csv
import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from handmade.dispatch import everything
from handmade.lists import HEAD, text, upload, workbook
from weixi.desk.audit.models import AuditEntry
from weixi.desk.dispatch.models import Task, TaskList, TaskListRow

NUMBER = "130123{:05d}"
ROWS = [
    ("1", NUMBER.format(10), "合约到期", "2099/3/6"),
    ("2", "K000011", "合约到期", "20990307"),
    ("3", f"+86 {NUMBER.format(1)[:3]}-{NUMBER.format(1)[3:]}", "合约到期", ""),
    ("4", NUMBER.format(7), "合约到期", ""),
    ("5", NUMBER.format(30), "合约到期", ""),
    ("6", NUMBER.format(40), "合约到期", ""),
    ("7", "19900000000", "=HYPERLINK(\"http://x\")", ""),
    ("8", NUMBER.format(20), "合约到期", ""),
    ("9", NUMBER.format(21), "合约到期", ""),
    ("10", "", "合约到期", ""),
]  # fmt: skip
WANT = {
    "ADDED": 3, "ALREADY_OPEN": 1, "HELD_OUT": 1, "SILENCED": 1, "NOT_YOURS": 1, "UNKNOWN": 2, "FOLDED": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def desk(book):
    return book


@pytest.fixture
def county(staff) -> Client:
    client = Client()
    client.force_login(staff.county)
    return client


def counts(page: str) -> dict[str, int]:
    return {k: int(n) for k, n in re.findall(r'data-verdict="(\w+)" data-count="(\d+)"', page)}


def state() -> list[object]:
    return [*everything(), list(TaskList.objects.values()), list(TaskListRow.objects.values())]


@pytest.mark.req("X9")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (workbook(ROWS), "三月到期.xlsx"),
        (text(ROWS), "list.csv"),
        (text(ROWS, encoding="utf-8-sig"), "list.CSV"),
        (text(ROWS, encoding="utf-16"), "list.txt"),
    ],
)
def test_seen_before_it_is_written(county, content, name):
    before, audited = state(), AuditEntry.objects.count()
    response = county.post(reverse("lists"), {"file": upload(content, name)}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert counts(page) == WANT
    assert 'value="用户号码" selected' in page
    assert 'value="到期原因" selected' in page
    assert 'value="截止日期" selected' in page
    assert NUMBER.format(10) not in page
    assert "130****0010" in page
    assert (state(), AuditEntry.objects.count()) == (before, audited)


@pytest.mark.req("X9")
def test_one_tap_makes_the_tasks_and_the_same_file_adds_none(county, staff):
    given = {"level": "RED", "call_id": "c1"}
    response = county.post(reverse("lists_make"), {**given, "file": upload(workbook(ROWS))})
    there = TaskList.objects.get()
    assert response.headers["Location"] == reverse("list", args=[there.id])
    page = county.get(response.headers["Location"]).content.decode()
    assert counts(page) == WANT
    tasks = Task.objects.filter(list=there).order_by("subscriber_id")
    assert [(t.subscriber_id, t.level, str(t.task_date)) for t in tasks][:2] == [
        (10, "RED", "2099-03-06"),
        (11, "RED", "2099-03-07"),
    ]
    assert {t.next_date for t in tasks} == {timezone.localdate()}
    assert not [
        note for note in TaskListRow.objects.values_list("note", flat=True) if NUMBER.format(10) in note
    ]
    before = state()
    # The same press again, then the same file in a new form.
    again = county.post(reverse("lists_make"), {**given, "file": upload(workbook(ROWS))})
    assert again.headers["Location"] == response.headers["Location"]
    assert state() == before
    county.post(reverse("lists_make"), {"level": "RED", "call_id": "c2", "file": upload(workbook(ROWS))})
    assert Task.objects.filter(list__isnull=False).count() == 3
    seen = county.post(reverse("lists"), {"level": "RED", "file": upload(workbook(ROWS))}).content.decode()
    assert counts(seen)["ALREADY_OPEN"] == 5
    assert "ADDED" not in counts(seen)
    # It is said that this very list was made before, and when.
    assert reverse("list", args=[there.id + 1]) in seen


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_report_holds_every_row_and_no_formula(county, form):
    content = county.post(reverse("lists_report"), {"form": form, "file": upload(workbook(ROWS))}).content
    if form == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))]
    else:
        with load_workbook(io.BytesIO(content)) as book:
            rows = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    assert len(rows) == 1 + len(ROWS)
    assert rows[1][:3] == ["4", "130****0010", "新增任务"]
    assert {row[2] for row in rows[1:]} == {
        "新增任务", "已有在办任务", "对照组，不联系", "按规则不得联系", "不在管辖范围", "没有这个用户", "同户并入",
    }  # fmt: skip
    assert rows[10][3] == "这一行没有号码"
    assert not [cell for row in rows for cell in row if NUMBER.format(10) in cell]


def test_the_report_of_a_made_list(county, staff):
    county.post(reverse("lists_make"), {"call_id": "c1", "file": upload(workbook(ROWS))})
    address = reverse("list_report", args=[TaskList.objects.get().id, "csv"])
    rows = list(csv.reader(io.StringIO(county.get(address).content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(ROWS)
    assert [row[:3] for row in rows[1:3]] == [["4", "130****0010", "新增任务"], ["5", "*****11", "新增任务"]]
    assert rows[1][7] == Task.objects.get(subscriber_id=10).task_id


def test_another_column_may_be_chosen(county):
    head = ("联系电话", "用户编码")
    rows = [("13099990000", "K000010"), ("13099990001", "K000011")]
    content = workbook(rows, head=head, above=0, total=False)
    first = county.post(reverse("lists"), {"file": upload(content)}).content.decode()
    assert counts(first) == {"UNKNOWN": 2}
    chosen = {"file": upload(content), "key_column": "用户编码"}
    assert counts(county.post(reverse("lists"), chosen).content.decode()) == {"ADDED": 2}


BAD = {
    "a picture": (b"\x89PNG", "photo.png", "list.kind"),
    "no name of a kind": (b"1", "list", "list.kind"),
    "a broken workbook": (workbook(ROWS)[:900], "list.xlsx", "extract.broken"),
    "a text named workbook": (text(ROWS), "list.xlsx", "extract.broken"),
    "an empty text": (b"", "list.csv", "extract.empty"),
    "a header alone": (text([])[: len(",".join(HEAD).encode("gb18030")) + 2], "list.csv", "list.empty"),
    "a name twice": (text(ROWS, head=("号码", "号码", "原因", "日期")), "list.csv", "extract.header"),
}


@pytest.mark.req("X9")
@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("route", ["lists", "lists_make", "lists_report"])
def test_a_wrong_file_is_told_clearly_and_changes_nothing(county, case, route):
    content, name, code = BAD[case]
    before, audited = state(), AuditEntry.objects.count()
    page = county.post(reverse(route), {"file": upload(content, name), "call_id": "c1"}).content.decode()
    assert f'data-fault="{code}"' in page
    assert (state(), AuditEntry.objects.count()) == (before, audited)


def test_no_file_at_all(county):
    assert 'data-fault="list.file"' in county.post(reverse("lists")).content.decode()


@pytest.mark.parametrize("who", ["agent", "leader", "auditor"])
def test_who_may_not_make_lists(staff, who):
    client = Client()
    client.force_login(getattr(staff, who))
    before = state()
    assert client.post(reverse("lists_make"), {"file": upload(workbook(ROWS))}).status_code == 403
    assert state() == before


def test_few_statements(county, django_assert_max_num_queries):
    county.post(reverse("lists_make"), {"call_id": "c1", "file": upload(workbook(ROWS))})
    with django_assert_max_num_queries(12):
        county.get(reverse("lists"))
    with django_assert_max_num_queries(12):
        county.get(reverse("list", args=[TaskList.objects.get().id]))
