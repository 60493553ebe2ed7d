"""What is planted in the file: bad rows whose line, text and reason are known, and odd rows that are good."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weixi.flow.extract import Reason

COLUMNS = (
    "ACCT_MONTH", "USER_ID", "CERT_NO", "ACCT_ID", "FAMILY_ID", "GRP_ID", "SERIAL_NUMBER", "CUST_NAME", "ADDR",
    "LINE_TYPE", "USE_TYPE", "STATUS_CD", "STATUS_DT", "EXIT_CD", "EXIT_DT", "OPEN_DT", "PAY_MODE", "CUST_TYPE",
    "UNIT_ID", "OWNER_ID", "HOME_UNIT_ID", "DEV_STAFF_ID", "PLAN_ID", "PLAN_FEE", "BILL_AMT", "BILL_AMT_BEF",
    "PAY_AMT", "BAL_AMT", "OWE_AMT", "OWE_MON", "VOICE_MIN", "CALL_CNT", "DATA_MB", "SMS_CNT", "TERM_MODEL",
    "TERM_MON", "AGRMT_TYPE", "AGRMT_END_DT", "SUBSIDY_END_DT", "CPLT_CNT",
)  # fmt: skip
"""The file's forty columns, in order."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of planted row: how a copy of a good row is spoilt, and why that is refused (None: it is good).

    `as_bytes` makes the line from the spoilt row's text.
    """

    spoil: Callable[[Row], Row]
    reason: Reason | None
    as_bytes: Callable[[str], bytes] = str.encode


def _put(**values: str) -> Callable[[Row], Row]:
    return lambda row: {**row, **values}


def _cut(line: str) -> bytes:
    return line[: len(line) // 2].rsplit(",", 1)[0].encode()


def _as_gbk(line: str) -> bytes:
    return line.encode("gbk")


KINDS: Mapping[str, Kind] = {
    "cut line": Kind(_put(), Reason.FIELD_COUNT, _cut),
    "open quote": Kind(lambda row: {**row, "CUST_NAME": f'"{row["CUST_NAME"]}'}, Reason.QUOTING),
    "other encoding": Kind(_put(CUST_NAME="错码户"), Reason.ENCODING, _as_gbk),
    "NUL": Kind(_put(CUST_NAME="空\0户"), Reason.CONTROL),
    "other month": Kind(_put(ACCT_MONTH="202512"), Reason.MONTH),
    "no key": Kind(_put(USER_ID=""), Reason.REQUIRED),
    "unknown code": Kind(_put(STATUS_CD="ZZ"), Reason.CODE),
    "no such day": Kind(_put(OPEN_DT="2024-02-30"), Reason.DATE),
    "words for money": Kind(_put(PLAN_FEE="五十九元"), Reason.NUMBER),
    "half a call": Kind(_put(CALL_CNT="12.5"), Reason.WHOLE_NUMBER),
    "negative debt": Kind(_put(OWE_AMT="-88.00"), Reason.MINIMUM),
    "second copy": Kind(_put(CPLT_CNT="7"), Reason.DUPLICATE),
    "quoted comma": Kind(lambda row: {**row, "ADDR": f'"{row["ADDR"]},3 栋"'}, None),
    "address on two lines": Kind(lambda row: {**row, "ADDR": f'"{row["ADDR"]}\n3 栋"'}, None),
}
"""Name → kind. A row of every kind but the second copy has a USER_ID of its own."""

COPY = "second copy"


def line_of(kind: Kind, row: Row) -> bytes:
    """The planted row as it stands in the file, without the line's end."""
    return kind.as_bytes(",".join(kind.spoil(row).values()))
