"""The subscriber feed as the operator's warehouse names it: yuan, minutes, MB, codes, dates as text."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from weixi.demo import catalogue
from weixi.demo import place as places
from weixi.demo.actions import FIRST_USER
from weixi.demo.lines import (
    BARE,
    EPOCH,
    EXITED,
    LEASE,
    NEVER,
    PROSPECT,
    Array,
    Lines,
    day_number,
)  # fmt: skip
from weixi.demo.place import Place
from weixi.demo.population import FEES, PRICES
from weixi.demo.step import Sums
from weixi.kernel.period import Month

LINE_TYPE_CODES = ("10", "11", "20")
LINE_USE_CODES = ("1", "2", "3", "4")
STATUS_CODES = ("1", "2", "3", "4", "5", "9", "0")
EXIT_CODES = ("X1", "X2", "X3", "X4", "X9")
CONTRACT_CODES = ("0", "1", "2", "3")
CORPORATE_CODES = ("A", "B", "C")
BAD_STATUS, BAD_DATE, BAD_FEE = "ZZ", "2024-02-30", "五十九元"
MONEY = pa.decimal64(12, 2)

_PLAN_IDS = [code for code, _, _ in catalogue.PLANS]
_PLAN_NAMES = [name for _, name, _ in catalogue.PLANS]
_PLAN_FEES = [f"{fee // 100}.{fee % 100:02d}" for fee in FEES.tolist()] + [BAD_FEE]
_MODELS = [model for model, _ in catalogue.HANDSETS]
_PEOPLE = catalogue.people()


def build(lines: Lines, sums: Sums, place: Place, month: Month) -> pa.RecordBatch:
    """The rows of these lines at the end of the month. Figures are exact: fen become yuan with two decimals."""
    n = len(lines)
    someone = np.ones(n, dtype=np.bool_)
    line = lines.status != PROSPECT
    here = lines.status < EXITED
    bound = lines.contract != BARE
    leased = lines.contract == LEASE
    corporate = lines.corporate >= 0
    firm = np.maximum(lines.corporate, 0)
    prepaid = line & ~lines.postpaid
    human = lines.handset >= 0
    kind = place.unit_kind[lines.home_unit]
    street = lines.home_unit.astype(np.int32) * len(catalogue.STREETS) + lines.party % len(catalogue.STREETS)
    name = (lines.party.astype(np.int64) * 48_271) % len(_PEOPLE)
    used = np.maximum((day_number(month.last) - lines.handset_day.astype(np.int32)) // 30, 0)
    price = PRICES[np.maximum(lines.handset, 0)]
    columns: dict[str, pa.Array] = {
        "ACCT_MONTH": words(np.zeros(n, dtype=np.int8), [str(month.number)]),
        "USER_ID": key(FIRST_USER, lines.serial),
        "CERT_NO": _document(lines, someone),
        "ACCT_ID": key(510_000_000_000, lines.account, lines.account >= 0),
        "FAMILY_ID": key(770_000_000_000, lines.household, lines.household >= 0),
        "GRP_ID": key(990_000_000, lines.corporate, corporate),
        "GRP_NAME": words(firm, place.firm_names, corporate),
        "SERIAL_NUMBER": key(19_400_000_000, (lines.serial * 7_368_787) % 100_000_000),
        "CUST_NAME": words(name, _PEOPLE),
        "ADDR": words(street, place.addresses),
        "LINE_TYPE": words(lines.line_type, LINE_TYPE_CODES),
        "USE_TYPE": words(lines.line_use, LINE_USE_CODES),
        "STATUS_CD": words(lines.status, (*STATUS_CODES, BAD_STATUS)),
        "STATUS_DT": date_text(lines.status_day),
        "EXIT_CD": words(np.maximum(lines.exit_type, 0), EXIT_CODES, lines.exit_type >= 0),
        "EXIT_DT": date_text(lines.exit_day),
        "OPEN_DT": date_text(lines.open_day, BAD_DATE),
        "PAY_MODE": words(lines.postpaid.astype(np.int8), ("1", "2"), line),
        "CUST_TYPE": words(corporate.astype(np.int8), ("1", "2")),
        "GRP_TYPE": words(place.firm_kind[firm], CORPORATE_CODES, corporate),
        "GRP_STAFF": number(place.firm_staff[firm], corporate),
        "KEY_FLAG": flag(lines.key_person, someone),
        "UNIT_ID": words(np.maximum(lines.unit, 0), place.unit_codes, lines.unit >= 0),
        "OWNER_ID": words(np.maximum(lines.owner, 0), place.owner_codes, lines.owner >= 0),
        "GRP_MGR_ID": words(place.firm_manager[firm], place.owner_codes, corporate),
        "VIP_MGR_ID": words(
            np.maximum(lines.representative, 0), place.owner_codes, lines.representative >= 0
        ),
        "HOME_UNIT_ID": words(lines.home_unit, place.unit_codes),
        "HALL_UNIT_ID": words(np.maximum(lines.outlet_unit, 0), place.unit_codes, lines.outlet_unit >= 0),
        "DEV_STAFF_ID": words(np.maximum(lines.agent, 0), place.agent_codes, lines.agent >= 0),
        "PLAN_ID": words(lines.plan, _PLAN_IDS, line),
        "PLAN_NAME": words(lines.plan, _PLAN_NAMES, line),
        "PLAN_FEE": words(lines.plan, _PLAN_FEES, line),
        "BILL_AMT": yuan(sums.bill, line),
        "BILL_AMT_BEF": yuan(sums.before, line),
        "PAY_AMT": yuan(sums.paid, line),
        "BAL_AMT": yuan(lines.balance, prepaid),
        "OWE_AMT": yuan(lines.arrears, line),
        "OWE_MON": number(lines.arrears_months, line),
        "MIN_CONS": yuan(np.where(bound & here, FEES[lines.plan], 0), line),
        "VOICE_MIN": yuan(sums.voice, line),
        "CALL_CNT": number(sums.calls, line),
        "CALL_OUT_CNT": number(sums.calls_out, line),
        "OPP_NUM_CNT": number(sums.peers, line),
        "DATA_MB": yuan(sums.data, line),
        "SMS_CNT": number(sums.sms, line),
        "TERM_MODEL": words(np.maximum(lines.handset, 0), _MODELS, human),
        "TERM_MON": number(used, human),
        "TERM_PRICE": yuan(price, human),
        "AGRMT_TYPE": words(lines.contract, CONTRACT_CODES, line),
        "AGRMT_BEG_DT": date_text(np.where(bound, lines.contract_start, NEVER)),
        "AGRMT_END_DT": date_text(np.where(bound, lines.contract_end, NEVER)),
        "TERM_SUBSIDY": yuan(lines.subsidy, line & (leased | (lines.subsidy > 0))),
        "SUBSIDY_END_DT": date_text(lines.subsidy_end),
        "SUBSIDY_MON_AMT": yuan(lines.release, lines.subsidy_end != NEVER),
        "KD_END_DT": date_text(lines.broadband_end),
        "RH_FLAG": flag(lines.converged, line),
        "RURAL_FLAG": flag(kind == places.RURAL, someone),
        "CAMPUS_FLAG": flag(kind == places.CAMPUS, someone),
        "ROAM_DAYS": number(sums.roaming, line),
        "BIRTH_YEAR": number(lines.birth_year, someone),
        "CPLT_CNT": number(sums.complaints, line),
        "CPLT_FLAG": flag(lines.complaint_open, line),
        "SMS_AGREE": flag(lines.consents_sms, someone),
        "CALL_AGREE": flag(lines.consents_call, someone),
        "HH_LEVEL": number(lines.suspect_level, line),
    }
    return pa.RecordBatch.from_pydict(columns)


def key(base: int, values: Array, known: Array | None = None) -> pa.Array:
    """Whole numbers from `base` on, as text; null where not known."""
    numbers = values.astype(np.int64) + base
    return pa.array(numbers, mask=None if known is None else ~known).cast(pa.string())


def words(index: Array, dictionary: Sequence[str], known: Array | None = None) -> pa.Array:
    """Words by index of a dictionary; null where not known.

    The dictionary is made unique: Parquet's writer leaves uninitialised bytes behind one that repeats a word.
    """
    place = {word: at for at, word in enumerate(dict.fromkeys(dictionary))}
    index = index.astype(np.int32)
    if len(place) < len(dictionary):
        index = np.array([place[word] for word in dictionary], dtype=np.int32)[index]
    codes = pa.array(index, mask=None if known is None else ~known)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(place), pa.string()), safe=False)


def flag(values: Array, known: Array) -> pa.Array:
    """Y or N; null where not known."""
    return words(values.astype(np.int8), ("N", "Y"), known)


def number(values: Array, known: Array) -> pa.Array:
    """Whole numbers; null where not known."""
    return pa.array(values.astype(np.int64), mask=~known)


def yuan(hundredths: Array, known: Array) -> pa.Array:
    """Hundredths as exact decimals with two places; null where not known."""
    whole = pa.array(np.ascontiguousarray(hundredths, dtype=np.int64), mask=~known)
    return pa.Array.from_buffers(MONEY, len(whole), whole.buffers(), whole.null_count)


def date_text(days: Array, spare: str | None = None) -> pa.Array:
    """Day numbers as YYYY-MM-DD; null where there is no day. `spare` is kept in the dictionary as its last word."""
    known = days != NEVER
    low = int(days[known].min()) if known.any() else 0
    high = int(days[known].max()) if known.any() else 0
    span = np.datetime64(EPOCH) + np.arange(low, high + 1).astype("timedelta64[D]")
    texts: list[str] = np.datetime_as_string(span).tolist()
    if spare is not None:
        texts.append(spare)
    return words(np.where(known, days.astype(np.int32) - low, 0), texts, known)


def _document(lines: Lines, known: Array) -> pa.Array:
    """Eighteen digits that no identity card carries (region 99), one for each person."""
    day = lines.party.astype(np.int64) % 28 + 1
    month = lines.party.astype(np.int64) // 28 % 12 + 1
    region = 990_000 + lines.party.astype(np.int64) // 10_000
    born = lines.birth_year.astype(np.int64) * 10_000 + month * 100 + day
    return key(0, (region * 100_000_000 + born) * 10_000 + lines.party.astype(np.int64) % 10_000, known)
