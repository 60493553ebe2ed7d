"""The same import on Spark gives the same rows as on DuckDB."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handmade.extract import county_mapping, folder
from weixi.engine import Store, Table, columns_sql, open_engine
from weixi.flow import book
from weixi.flow.extract import QUARANTINE, open_folder, read_mapping
from weixi.kernel.period import Month

MAPPING = county_mapping(
    mapping='nulls = ["NULL"]',
    lines="""
party_document = {from = "CERT"}
name = {from = "客户名称"}
line_type = {value = "MOBILE_MAIN"}
line_use = {value = "COMMERCIAL"}
service_status = {from = "ST", codes = {"1" = "IN_SERVICE", "9" = "EXITED"}}
open_date = {from = "OPEN_DT"}
bill_fen = {from = "BILL", unit = "yuan"}
voice_seconds = {from = "MIN", unit = "minutes"}
data_kb = {from = "GB", unit = "GB"}
call_count = {from = "CALLS"}
customer_kind = {expression = "CASE WHEN starts_with(USER_ID, 'G') THEN 'ENTERPRISE' ELSE 'PUBLIC' END"}
""",
    events="""
event_type = {from = "KIND", codes = {"01" = "RECHARGE", "02" = "PORT_OUT_APPLICATION"}}
happened_at = {from = "AT"}
amount_fen = {from = "AMT", unit = "yuan"}
""",
    org="""name = "county"

[survey]
files = "survey_*"
key = ["AREA", "USER_ID"]
month = {column = "ACCT_MONTH"}

[survey.columns]
asked_date = {from = "DAY"}
score = {from = "SCORE"}
""",
)
HEAD = "ACCT_MONTH,AREA,USER_ID,CERT,客户名称,ST,OPEN_DT,BILL,MIN,GB,CALLS"
MAY = f"""{HEAD}
202505,71,1,991,王,1,20240105,88.505,12.3333333333,.5,12
202505,71,G2,992,"李,三",1,20250510,-0.005,0,1e-05,12.0
202505,71,3,991,NULL,1,20250230,1,1,1,1
202505,71,4,,,1,20240101,1,1,1,1.5
202505,71,5,995,赵,1,,7,1,1,1
202505,71,6,999,孙,1,2024年1月5日,"￥1,088.505",１２.５,1,"1,200"
202505,71,8,998,周,1,1900-01-01,7,1,1,1
202505,71,9,997,吴,1,2024/1/5,"12,34",1,1,1
202505,7,11,996,钱,9,20230101,7,1,1,1
"""
JUNE = f"""{HEAD}
202506,71,1,991,王,1,20240105,90,1,1,1
202506,71,1,991,王,1,20240105,91,1,1,1
202506,71,G2,992,x,1,20250510,abc,1,1,1
202506,7,11,996,钱
"""
EVENTS = """AREA,USER_ID,KIND,AT,AMT
71,1,01,2025-06-01 00:30:00,50
71,G2,02,2025-06-09T10:00:00+08:00,
71,none,01,2025-06-02 10:00:00,1
71,1,01,2025-06-02T23:00:00Z,0.125
71,1,01,2025-06-31 10:00:00,1
"""
ANSWERS = """ACCT_MONTH,AREA,USER_ID,DAY,SCORE
202506,71,G2,2025-06-20,9
202506,71,1,2025-06-20,0
202506,71,1,2025-06-19,10
202506,71,1,2025-06-19,11
202506,71,none,2025-06-19,7
"""
NOW = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    found = []
    for name in ("duckdb", "spark"):
        home = tmp_path_factory.mktemp(name)
        (home / "secret.key").write_text("5e")
        found.append(Store(home, open_engine(name, scratch=home / "scratch")))
    yield found
    for store in found:
        store.engine.close()


def rows(store: Store, table: Table) -> list[tuple[object, ...]]:
    # The surrogates and the book alike: numbers are given in the order of the keys on both engines.
    found = []
    for partition in store.partitions(table):
        text = f"SELECT {columns_sql(table)} FROM part ORDER BY {', '.join(table.key)}"
        found += [(str(partition.key), *row.values()) for row in store.rows(text, inputs={"part": partition})]
    return found


@pytest.mark.spark
def test_both_engines_keep_the_same_book(stores: list[Store], tmp_path: Path) -> None:
    extract = folder(
        tmp_path / "extract", user_may=MAY, user_june=JUNE, event_june=EVENTS, survey_june=ANSWERS
    )
    mapping = read_mapping(MAPPING.encode(), "county.toml")
    counts = []
    for store in stores:
        results = book.import_extract(store, open_folder(extract, mapping), book.Intake("li", NOW))
        counts.append(
            [(r.feed, r.month, r.input, r.accepted, r.reasons, r.unlisted, r.held) for r in results]
        )
        for month in ("2025-05", "2025-06"):
            book.build_feature(store, Month.parse(month))
    assert counts[0] == counts[1]
    assert counts[0][1][2:] == (4, 1, {"DUPLICATE": 1, "FIELD_COUNT": 1, "NUMBER": 1}, 2, 1)
    for table in (*book.TABLES, QUARANTINE):
        assert rows(stores[0], table) == rows(stores[1], table), table.name
    assert len(rows(stores[0], book.EVENT)) == len(rows(stores[0], book.SURVEY)) == 3
