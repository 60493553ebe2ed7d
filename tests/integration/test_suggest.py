"""`weixi import --suggest` as an operator meets it: a Chinese monthly list that nobody has described."""

import csv
import gzip
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.engine import Store, open_engine
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.extract import QUARANTINE, sample_file

HEADER = [
    "用户编号", "用户号码", "账期", "入网时间", "用户状态", "出账金额(元)", "账户余额", "通话时长（秒）", "流量(GB)",
    "上月出账", "合约类型", "客户经理", "挽留次数", "流失概率", "是否离网",
]  # fmt: skip
CONTRACT = {"Month-to-month": "无", "One year": "合约套餐", "Two year": "租机"}
CUSTOMERS, TWICE = 600, 7


def run(home: Path, *arguments: str, lang: str = "zh") -> Result:
    return CliRunner().invoke(house, ["--home", str(home), "--lang", lang, *arguments])


def customers() -> list[list[str]]:
    """IBM's customers with Chinese headers, yuan with thousands separators, and masked numbers that collide."""
    with gzip.open(sample_file("ibm_telco"), "rt") as stream:
        rows = list(csv.DictReader(stream))[:CUSTOMERS]
    found = []
    for place, row in enumerate(rows):
        year, month = divmod(2025 * 12 + 11 - int(row["tenure"]), 12)
        found.append(
            [
                f"U{900000 + place}",
                f"13{place % 9}****{5600 + place % 41}",
                "202512",
                f"{year}/{month + 1:02d}/01",
                "停机保号" if place % 50 == 0 else "正常",
                f"{float(row['monthly_charges']) * 20:,.2f}",
                f"{1000 + place * 3:,}",
                str(place * 97 % 9000),
                f"{place % 40 / 2}",
                "1.00",
                CONTRACT[row["contract"]],
                f"经理{place % 12}",
                str(place % 3),
                f"{place % 100 / 100}",
                "是" if row["churn"] == "Yes" else "否",
            ]
        )
    return found


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list in GB18030, seven customers twice, a line of totals at its end."""
    rows = customers()
    rows += rows[:TWICE]
    bills = sum(float(row[5].replace(",", "")) for row in rows)
    path = tmp_path_factory.mktemp("list") / "维系清单.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([HEADER, *rows, ["合计", "", "", "", "", f"{bills:,.2f}", *[""] * 9]])
    return path


@pytest.fixture(scope="module")
def suggested(listing: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The mapping that was written, and what the command said."""
    folder = tmp_path_factory.mktemp("mapping")
    out = folder / "清单.toml"
    done = run(folder / "home", "import", str(listing), "--suggest", "--out", str(out), "--json")
    assert done.exit_code == 0, done.output
    return out, json.loads(done.stdout)


def test_the_key_is_the_id_and_never_the_masked_number(suggested: tuple[Path, dict[str, Any]]) -> None:
    out, said = suggested
    assert said["suggestion"]["key"] == ["用户编号"]
    assert tomllib.loads(out.read_text())["subscriber"]["key"] == ["用户编号"]
    number = next(one for one in said["suggestion"]["columns"] if one["column"] == "用户号码")
    assert (number["role"], number["mapping"]) == ("UNMAPPED", {})
    assert "打码" in number["evidence"][0]["zh"]


def test_units_dates_codes_and_leaks_come_with_their_evidence(suggested: tuple[Path, dict[str, Any]]) -> None:
    _, said = suggested
    found = {one["column"]: one for one in said["suggestion"]["columns"]}
    assert found["出账金额(元)"]["mapping"] == {"from": "出账金额(元)", "unit": "yuan"}
    assert found["账户余额"]["mapping"] == {"from": "账户余额", "unit": "yuan"}
    assert found["通话时长（秒）"]["mapping"]["unit"] == "seconds"
    assert found["流量(GB)"]["mapping"]["unit"] == "GB"
    assert found["入网时间"]["mapping"] == {"from": "入网时间", "format": "%Y/%m/%d"}
    assert found["用户状态"]["mapping"]["codes"] == {"正常": "IN_SERVICE", "停机保号": "SUSPENDED"}
    assert found["客户经理"]["target"] == "account_manager_code"
    assert found["上月出账"]["role"] == "UNMAPPED"
    assert (found["挽留次数"]["left_out"], found["流失概率"]["left_out"]) == ("RETENTION", "SCORE")
    assert found["出账金额(元)"]["sureness"] == "CERTAIN"
    assert said["suggestion"]["label"]["gone"] == ["是"]


def test_the_list_is_imported_without_code_and_every_line_accounted_for(
    listing: Path, suggested: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    out, tried = suggested
    home = tmp_path / "home"
    done = run(home, "import", str(listing), "--mapping", str(out), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    counts = ("input", "accepted", "quarantined", "duplicates")
    assert [said[count] for count in counts] == [CUSTOMERS + TWICE + 1, CUSTOMERS, TWICE + 1, TWICE]
    assert [tried[count] for count in counts] == [said[count] for count in counts]
    gone = sum(row[-1] == "是" for row in customers())
    assert said["label"] == {
        "column": "是否离网",
        "gone": ["是"],
        "counts": {"否": CUSTOMERS - gone, "是": gone},
    }
    assert set(said["left_out"]) == {"挽留次数", "流失概率"}
    engine = open_engine("duckdb", scratch=home / "scratch")
    try:
        store = Store(home, engine)
        refused = store.rows(
            "SELECT line, reason, text FROM q WHERE reason <> 'DUPLICATE' ORDER BY line",
            inputs={"q": store.require(QUARANTINE, month=202512, feed="subscriber")},
        )
        assert [(row["line"], row["text"][:2]) for row in refused] == [(CUSTOMERS + TWICE + 2, "合计")]
        book = {number: store.require(SUBSCRIBER_MONTH, month=number) for number in (202512, 202601)}
        (sums,) = store.rows(
            "SELECT CAST(sum(bill_fen) AS BIGINT) AS bill_fen, CAST(sum(balance_fen) AS BIGINT) AS balance_fen, "
            "CAST(sum(voice_seconds) AS BIGINT) AS voice_seconds FROM b",
            inputs={"b": book[202512]},
        )
        own = customers()
        assert sums == {
            "bill_fen": sum(round(float(row[5].replace(",", "")) * 100) for row in own),
            "balance_fen": sum(int(row[6].replace(",", "")) * 100 for row in own),
            "voice_seconds": sum(int(row[7]) for row in own),
        }
        (left,) = store.rows(
            "SELECT CAST(count(*) AS BIGINT) AS line_count FROM b WHERE service_status = 'EXITED'",
            inputs={"b": book[202601]},
        )
        assert left["line_count"] == gone
    finally:
        engine.close()


def test_people_read_a_table_and_an_edited_mapping_is_not_overwritten(listing: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.toml"
    done = run(tmp_path / "home", "import", str(listing), "--suggest", "--out", str(out))
    assert done.exit_code == 0, done.output
    for said in ("确定", "用户编号", "“用户号码”像 msisdn，但号码已打码", "合计行", "待定："):
        assert said in done.stdout
    assert not (tmp_path / "home" / "tables").exists()
    out.write_text("# edited\n")
    again = run(tmp_path / "home", "import", str(listing), "--suggest", "--out", str(out))
    assert (again.exit_code, out.read_text()) == (2, "# edited\n")
    assert "import.out" in again.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--out", "m.toml"], 2, "import.out"),
        (["--suggest", "--out", "m.txt"], 2, "import.out"),
        (["--suggest", "--out", "nowhere/m.toml"], 2, "import.out"),
    ],
)
def test_calls_that_cannot_be_taken(
    listing: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = run(tmp_path / "home", "import", str(listing), *arguments)
    assert (done.exit_code, said in done.output) == (code, True)


def test_without_a_sound_key_the_line_is_the_key_and_it_says_why(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    rows = ["手机号,账单金额,入网时间,是否离网"]
    rows += [
        f"138{place % 20:04d}0000,{place}.50,2020-01-{place % 28 + 1:02d},{'否是'[place % 4 == 0]}"
        for place in range(60)
    ]
    path.write_text("\n".join(rows) + "\n")
    said = json.loads(
        run(tmp_path / "home", "import", str(path), "--suggest", "--month", "2025-03", "--json").stdout
    )
    assert said["suggestion"]["key"] == "line"
    assert "不唯一" in said["suggestion"]["key_refused"][0]["zh"]
    assert said["accepted"] == 60
    months = [one["fixed"] for one in tomllib.loads(said["mapping"])["subscriber"]["month"]]
    assert months == ["2025-03", "2025-04"]
