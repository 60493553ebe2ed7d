"""Official values and appeals at the desk, beside the flow's own answers."""

import io
import re
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from weixi.desk.audit.models import AuditEntry
from weixi.desk.base import book
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Role
from weixi.desk.scorecard.queries.appeal import appeal_page
from weixi.desk.scorecard.queries.month import assessed_calibre, choose_month
from weixi.desk.scorecard.queries.official import difference
from weixi.flow.assessment import (
    CORRECTION,
    OFFICIAL,
    compare_official,
    correction_entries,
    list_misses,
    read_statement,
    reconcile,
)
from weixi.flow.book import IDENTITY

from .conftest import MONTH, SignIn

CHURN = "churn_rate"


def top() -> str:
    return Node.objects.get(parent=None).code


def official_csv(left: int) -> bytes:
    """A list of the operator's own: everybody whom the book knows by key, the first `left` of them gone."""
    store = book.store()
    found = store.rows(
        "SELECT DISTINCT source_key FROM identity WHERE source_key IS NOT NULL ORDER BY source_key",
        inputs={"identity": store.partitions(IDENTITY)},
    )
    lines = [f"{row['source_key']},{1 if place < left else 0},1" for place, row in enumerate(found)]
    return "\n".join(["subscriber_key,in_numerator,in_denominator", *lines, "NOBODY,1,1"]).encode("gb18030")


@pytest.mark.req("X10")
def test_official_values_beside_ours_and_the_difference_sums(
    own_home: Path, counties: list[str], sign_in: SignIn
) -> None:
    planner = sign_in(Role.PLANNER, top(), "plan01")
    body = {"month": str(MONTH), "kpi": CHURN, "node": counties[0], "value": "5.5%", "reason": "省公司通报"}
    for _ in range(2):
        assert planner.post(f"/official/{top()}/enter/", body).status_code == 302
    sheet = SimpleUploadedFile(
        "v.csv", f"kpi,node,value\n离网率,{counties[1]},0.04\n离网率,{top()},1/20".encode()
    )
    planner.post(f"/official/{top()}/enter/", {"month": str(MONTH), "kpi": CHURN, "file": sheet})
    calibre = assessed_calibre(MONTH, CHURN)
    beside = {each.node_code: each for each in compare_official(book.store(), MONTH, calibre)}
    assert {code: each.official.value.rate for code, each in beside.items()} == {
        counties[0]: Fraction(55, 1000),
        counties[1]: Fraction(4, 100),
        top(): Fraction(1, 20),
    }
    assert [p.key["version"] for p in book.store().partitions(OFFICIAL)] == [1, 2]
    assert AuditEntry.objects.filter(act="scorecard.official").count() == 2

    given = SimpleUploadedFile("list.csv", official_csv(60))
    planner.post(f"/official/{top()}/list/", {"month": str(MONTH), "kpi": CHURN, "file": given})
    found, own = reconcile(book.store(), MONTH, calibre), difference(choose_month(str(MONTH)), CHURN, top())
    assert found is not None
    assert own is not None
    assert (own.ours, own.listed, own.official) == (found.ours, found.listed, Fraction(1, 20))
    assert own.summed == (own.ours or 0) - (own.listed or 0)
    assert sum(own.listing.table["share"].to_pylist()) == own.summed * own.over
    page = planner.get(f"/official/{top()}/?month={MONTH}&kpi={CHURN}").content.decode()
    assert f'data-summed="{own.summed}"' in page
    asked = {"what": "official", "kpi": CHURN, "month": str(MONTH)}
    answer = planner.post(f"/cockpit/{top()}/export/", asked)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    head = next(at for at, row in enumerate(rows) if row[0] == "编号")
    assert len(rows) - head - 1 == len(found.listing)
    assert not [row for row in rows if re.search(r"(?<!\d)1\d{10}(?!\d)", str(row[2]))]

    county = sign_in(Role.COUNTY_MANAGER, counties[0])
    mine = county.get(f"/official/{counties[0]}/?month={MONTH}&kpi={CHURN}").content.decode()
    assert re.findall(r'<tr data-node="(\w+)"', mine) == [counties[0]]
    assert county.post(f"/cockpit/{counties[1]}/export/", asked).status_code == 404
    assert county.post(f"/official/{counties[0]}/enter/", body).status_code == 403


def test_a_manager_enters_values_of_the_own_subtree_alone(
    own_home: Path, counties: list[str], sign_in: SignIn
) -> None:
    manager = sign_in(Role.MANAGER, counties[0])
    body = {"month": str(MONTH), "kpi": CHURN, "node": counties[1], "value": "5.5%"}
    page = manager.post(f"/official/{counties[0]}/enter/", body, follow=True).content.decode()
    assert "不在您的辖区" in page
    given = SimpleUploadedFile("list.csv", official_csv(6))
    page = manager.post(
        f"/official/{counties[0]}/list/", {"month": str(MONTH), "kpi": CHURN, "file": given}, follow=True
    ).content.decode()
    assert "统一登记" in page
    broken = SimpleUploadedFile("v.csv", b"kpi,node,value\nchurn_rate,X,much")
    page = manager.post(
        f"/official/{counties[0]}/enter/", {"month": str(MONTH), "kpi": CHURN, "file": broken}, follow=True
    ).content.decode()
    assert "v.csv:2" in page
    assert book.store().partitions(OFFICIAL) == []
    assert not AuditEntry.objects.filter(act__startswith="scorecard.official").exists()


@pytest.mark.req("X11")
def test_an_appeal_is_decided_by_another_and_restated_beside_the_first(
    own_home: Path, counties: list[str], sign_in: SignIn
) -> None:
    code = counties[0]
    calibre = assessed_calibre(MONTH, CHURN)
    gone = list_misses(book.store(), MONTH, calibre, code).listing.table["subscriber_id"].to_pylist()[:2]
    county, manager = sign_in(Role.COUNTY_MANAGER, code, "cm01"), sign_in(Role.MANAGER, top(), "boss")
    body = {
        "month": str(MONTH),
        "subscribers": "\n".join(f"id:{each}" for each in gone),
        "evidence": "工单 20250301-7",
    }
    for _ in range(2):
        assert county.post(f"/appeals/{code}/", body).status_code == 302
    filed = correction_entries(book.store(), MONTH)
    assert [(each.entry, each.subscriber_id, each.actor) for each in filed] == [
        (1, each, "cm01") for each in sorted(gone)
    ]
    assert AuditEntry.objects.filter(act="scorecard.file_appeal").count() == 1
    sealed = read_statement(book.store(), MONTH).sealed.values[calibre.id, code]
    assert all(each.corrected in (None, each.current) for each in appeal_page(MONTH, code).figures)

    case = f"/appeals/{code}/{MONTH.number}/1/decide/"
    assert county.post(case, {"decision": "accept", "why": "同意"}).status_code == 403
    for _ in range(2):
        manager.post(case, {"decision": "accept", "why": "属实", "month": str(MONTH)})
    assert [each.action for each in correction_entries(book.store(), MONTH)][2:] == ["ACCEPTED", "ACCEPTED"]
    assert AuditEntry.objects.filter(act="scorecard.decide_appeal").count() == 1
    figure = next(each for each in appeal_page(MONTH, code).figures if each.kpi == CHURN)
    assert figure.sealed == sealed
    assert figure.corrected is not None
    assert (figure.corrected.numerator, figure.corrected.denominator) == (
        sealed.numerator - 2,
        sealed.denominator - 2,
    )
    page = county.get(f"/appeals/{code}/?month={MONTH}").content.decode()
    assert f'data-case="{MONTH}#1" data-decision="ACCEPTED"' in page
    assert f"{sealed.numerator:,} / {sealed.denominator:,}" in page
    assert f"{sealed.numerator - 2:,} / {sealed.denominator - 2:,}" in page
    other = sign_in(Role.COUNTY_MANAGER, counties[1])
    assert f"{MONTH}#1" not in other.get(f"/appeals/{counties[1]}/?month={MONTH}").content.decode()
    assert other.get(f"/appeals/{code}/").status_code == 404


def test_nobody_decides_an_appeal_of_their_own(own_home: Path, counties: list[str], sign_in: SignIn) -> None:
    code = counties[0]
    gone = list_misses(book.store(), MONTH, assessed_calibre(MONTH, CHURN), code).listing.table
    both = sign_in(Role.COUNTY_MANAGER, code, "both")
    sign_in(Role.MANAGER, top(), "both")
    body = {"month": str(MONTH), "subscribers": str(gone["subscriber_id"][0]), "evidence": "工单 7"}
    assert both.post(f"/appeals/{code}/", body).status_code == 302
    page = both.post(
        f"/appeals/{code}/{MONTH.number}/1/decide/", {"decision": "accept", "why": "同意"}, follow=True
    ).content.decode()
    assert "不能裁定自己提出的申诉" in page
    assert len(book.store().partitions(CORRECTION)) == 1
    assert not AuditEntry.objects.filter(act="scorecard.decide_appeal").exists()


def test_what_cannot_be_filed_is_said_and_what_was_typed_stays(
    own_home: Path, counties: list[str], sign_in: SignIn
) -> None:
    code = counties[0]
    calibre = assessed_calibre(MONTH, CHURN)
    theirs = list_misses(book.store(), MONTH, calibre, counties[1]).listing.table["subscriber_id"][0]
    mine = list_misses(book.store(), MONTH, calibre, code).listing.table["subscriber_id"][0]
    county = sign_in(Role.COUNTY_MANAGER, code)
    for subscribers, evidence, fault in (
        (f"id:{theirs}", "工单 7", "appeal.outside"),
        ("nobody-at-all", "工单 7", "plan.no_subscriber"),
        (f"id:{mine}", "客户 13800138000 反映", "correction.personal"),
        (f"id:{mine}", " ", "correction.no_reason"),
        (" ", "工单 7", "appeal.whom"),
    ):
        body = {"month": str(MONTH), "subscribers": subscribers, "evidence": evidence}
        page = county.post(f"/appeals/{code}/", body).content.decode()
        assert f'data-fault="{fault}"' in page
        assert evidence.strip() in page
    assert book.store().partitions(CORRECTION) == []
    auditor = sign_in(Role.AUDITOR, code)
    body = {"month": str(MONTH), "subscribers": f"id:{mine}", "evidence": "工单 7"}
    assert 'data-fault="appeal.outside"' in auditor.post(f"/appeals/{code}/", body).content.decode()
    assert book.store().partitions(CORRECTION) == []
