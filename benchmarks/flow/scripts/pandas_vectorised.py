"""Features, labels and KPIs in pandas, vectorised as far as pandas goes: `python -m … HOME MONTH FOLDER`."""

import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.flow.gauge import answer
from benchmarks.flow.home import inputs, number, plus
from benchmarks.flow.scripts.calibres import CALIBRES, CONDITIONS, EXITS, terms

ID = "subscriber_id"
HISTORY = [
    ID, "month", "bill_fen", "bill_before_discount_fen", "open_date", "is_carried", "service_status", "voice_seconds",
    "data_kb", "call_count", "sms_count", "complaint_count",
]  # fmt: skip
STOPPED = ["ONE_WAY_STOPPED", "TWO_WAY_STOPPED"]
NULLABLE = {"previous_bill_fen", "previous_call_count", "previous_data_kb"}


def read(files: list[Path], columns: list[str] | None = None) -> pd.DataFrame:
    """The files as one frame; dates as datetime64."""
    frames = [pq.read_table(file, columns=columns, partitioning=None) for file in files]
    return pa.concat_tables(frames, promote_options="default").to_pandas(date_as_object=False)


def feature(history: pd.DataFrame, happening: pd.DataFrame, month: int) -> pd.DataFrame:
    """Every line of the month with the sums of its last twelve months: masks, then one groupby-sum."""
    first_month = history.groupby(ID)["month"].transform("min")
    first_day = pd.to_datetime(history["month"].astype(str), format="%Y%m")
    opened = np.where(
        history["open_date"].isna(), first_month < history["month"], history["open_date"] < first_day
    )
    recent = history["month"] >= plus(month, -2)
    before = (history["month"] >= plus(month, -5)) & ~recent
    complete = recent & ~history["is_carried"].astype(bool) & history["bill_fen"].notna() & opened
    used = history[["call_count", "data_kb", "sms_count"]]
    silent = recent & used.notna().any(axis=1) & (used.sum(axis=1) == 0)
    full = history["bill_before_discount_fen"].fillna(history["bill_fen"])
    parts = pd.DataFrame(
        {
            ID: history[ID],
            "complete_months": complete.astype("int64"),
            "revenue_3m_fen": history["bill_fen"].where(complete, 0),
            "revenue_3m_before_discount_fen": full.where(complete, 0),
            "revenue_12m_fen": history["bill_fen"],
            "billed_months_12m": (history["bill_fen"] > 0).astype("int64"),
            "revenue_previous_3m_fen": history["bill_fen"].where(before, 0),
            "voice_3m_seconds": history["voice_seconds"].where(recent, 0),
            "voice_previous_3m_seconds": history["voice_seconds"].where(before, 0),
            "data_3m_kb": history["data_kb"].where(recent, 0),
            "data_previous_3m_kb": history["data_kb"].where(before, 0),
            "silent_months": silent.astype("int64"),
            "stopped_months_3m": (recent & history["service_status"].isin(STOPPED)).astype("int64"),
            "complaints_3m": history["complaint_count"].where(recent, 0),
            "seen_months": np.int64(1),
        }
    )
    summed = parts.groupby(ID).sum().reset_index()
    last = history.loc[history["month"] == plus(month, -1), [ID, "bill_fen", "call_count", "data_kb"]]
    last.columns = [ID, "previous_bill_fen", "previous_call_count", "previous_data_kb"]
    found = summed[summed[ID].isin(history.loc[history["month"] == month, ID])].merge(last, on=ID, how="left")
    kind, now = happening["event_type"], happening["month"] == month
    moved = pd.DataFrame(
        {
            ID: happening[ID],
            "recharge_3m_fen": happening["amount_fen"].where(kind == "RECHARGE", 0),
            "port_out_query_count": ((kind == "PORT_OUT_QUERY") & now).astype("int64"),
            "order_3m_count": (kind == "ORDER").astype("int64"),
            "open_repair_count": ((kind == "REPAIR") & now).astype("int64")
            - ((kind == "REPAIR_DONE") & now).astype("int64"),
        }
    )
    counts = moved.groupby(ID).sum()
    counts["open_repair_count"] = counts["open_repair_count"].clip(lower=0)
    applied = (
        happening[kind == "PORT_OUT_APPLICATION"]
        .groupby(ID)["event_date"]
        .max()
        .rename("port_out_application_date")
    )
    found = found.merge(counts.reset_index(), on=ID, how="left").merge(
        applied.reset_index(), on=ID, how="left"
    )
    for name in found.columns.difference([ID, "port_out_application_date"]):
        found[name] = (
            found[name].astype("Int64") if name in NULLABLE else found[name].fillna(0).astype("int64")
        )
    return found


def label(
    line: pd.DataFrame, features: pd.DataFrame, before: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The five labels by np.select; a unit's key customers by a running sum over its sorted lines."""
    d = line.merge(features, on=ID)
    serves = ~d["service_status"].isin(["EXITED", "PROSPECT"]) & (d["line_use"] == "COMMERCIAL")
    unit = d["unit_code"].fillna("")
    earner = pd.DataFrame({ID: d[ID], "unit": unit, "fen": d["revenue_12m_fen"]})[serves]
    earner = earner.sort_values(["fen", ID], ascending=[False, True])
    above = earner.groupby("unit")["fen"].cumsum() - earner["fen"]
    whole = earner.groupby("unit")["fen"].transform("sum")
    key_ids = earner.loc[(whole > 0) & (above * 2 <= whole), ID]
    months, fen = d["complete_months"], d["revenue_3m_fen"]
    gone, prospect = d["service_status"] == "EXITED", d["service_status"] == "PROSPECT"
    is_key = d[ID].isin(key_ids) | d["is_key_person"].eq(True) | ((months > 0) & (fen >= 20000 * months))
    less_use = (d["voice_3m_seconds"] * 100 < d["voice_previous_3m_seconds"] * 70) & (
        d["data_3m_kb"] * 100 < d["data_previous_3m_kb"] * 70
    )
    declining = (months == 3) & (d["revenue_previous_3m_fen"] > 0)
    declining &= (fen * 100 < d["revenue_previous_3m_fen"] * 70) | less_use
    ends_in = (d["contract_end_date"] - as_of).dt.days
    tenure = as_of.year * 12 + as_of.month - (d["open_date"].dt.year * 12 + d["open_date"].dt.month)
    business = (d["call_peer_count"] >= 80) & (d["roaming_day_count"] >= 5)
    edges = {"B0": 3000, "B30": 5000, "B50": 8000, "B80": 12000, "B120": 20000, "B200": 30000}
    home = d["household_id"].notna()

    def first_of(*choices: tuple[pd.Series, str], default: str) -> np.ndarray:
        return np.select([test.to_numpy(bool) for test, _ in choices], [word for _, word in choices], default)

    ruled = pd.DataFrame(
        {
            ID: d[ID],
            "rule_grade": first_of((prospect, "PROSPECT"), (gone, "LAPSED"), (is_key, "KEY"), default="REGULAR"),
            "band": first_of(
                (months == 0, "NONE"), *[(fen < edge * months, code) for code, edge in edges.items()], default="B300"
            ),
            "stage": first_of(
                (prospect, "LEAD"), (gone & ((as_of - d["exit_date"]).dt.days <= 180), "WIN_BACK"), (gone, "EXITED"),
                (declining, "DECLINING"), ((ends_in >= 0) & (ends_in <= 90), "EXPIRING"), (tenure <= 3, "ONBOARDING"),
                (tenure <= 12, "GROWING"), default="STABLE",
            ),
            "cluster": first_of(
                (d["corporate_account_id"].notna(), "CORPORATE_MEMBER"), (d["is_campus"].eq(True), "CAMPUS"),
                (as_of.year - d["birth_year"] >= 60, "SENIOR"), (d["roaming_day_count"] >= 20, "MIGRANT_WORKER"),
                (business, "BUSINESS"), (d["is_rural"].eq(True), "RURAL"), (home, "FAMILY"), default="GENERAL",
            ),
            "category": first_of(
                (d["corporate_kind"] == "LARGE", "LARGE_ENTERPRISE"),
                (d["corporate_kind"] == "GOVERNMENT", "GOVERNMENT"),
                ((d["corporate_kind"] == "SME") | (d["customer_kind"] == "ENTERPRISE"), "SME"),
                (home | d["is_converged"].eq(True), "FAMILY"), (business, "PERSONAL_BUSINESS"), default="PERSONAL",
            ),
        }
    )  # fmt: skip
    held = before[[ID, "grade", "pending_months"]]
    beside = ruled[[ID, "rule_grade"]].merge(held, on=ID, how="left")
    sides = ["KEY", "REGULAR"]
    waits = (beside["rule_grade"] != beside["grade"]) & (beside["pending_months"] == 0)
    waits &= beside["rule_grade"].isin(sides) & beside["grade"].isin(sides)
    ruled["grade"] = np.where(waits, beside["grade"], beside["rule_grade"])
    ruled["pending_months"] = waits.astype(np.int32)
    return ruled


def kpi(
    line: pd.DataFrame,
    features: pd.DataFrame,
    files: dict[str, list[Path]],
    base_last: pd.Timestamp,
    months: int,
) -> pd.DataFrame:
    """Every calibre that counts lines, at every node."""
    s = line.merge(features[[ID, "complete_months", "revenue_3m_fen"]], on=ID)
    s = s[s["suspect_level"].fillna(0) < 2]
    s = s.merge(read(files["assignment"], [ID, "node_code"]), on=ID)
    network = read(
        files["network"], [ID, "payment_type", "customer_kind", "contract_kind", "bill_fen"]
    ).assign(in_base=True)
    high = read(files["arpu80"], [ID, "bill_fen"]).assign(was_high=True)
    before = read(files["state_before"], [ID, "is_counted", "is_in_service", "is_high"])
    known = read(files["line_base"], [ID, "service_status"])
    s = s.merge(network.add_prefix("n_").rename(columns={f"n_{ID}": ID}), on=ID, how="left")
    s = s.merge(high.add_prefix("h_").rename(columns={f"h_{ID}": ID}), on=ID, how="left")
    s = s.merge(before.add_prefix("p_").rename(columns={f"p_{ID}": ID}), on=ID, how="left")
    s = s.merge(known.add_prefix("k_").rename(columns={f"k_{ID}": ID}), on=ID, how="left")
    bill = s["bill_fen"].fillna(0)
    f: dict[str, pd.Series] = {}
    f["counted"] = (
        (s["line_type"] == "MOBILE_MAIN")
        & (s["line_use"] == "COMMERCIAL")
        & (s["service_status"] != "PROSPECT")
    )
    f["serves"] = (
        (s["line_use"] == "COMMERCIAL")
        & ~s["service_status"].isin(["EXITED", "PROSPECT"])
        & (s["exit_type"] != "PORTED_OUT")
    )
    f["billed"] = f["serves"] & (bill > 0)
    rich = (s["complete_months"] > 0) & (s["revenue_3m_fen"] >= 8000 * s["complete_months"])
    f["high"] = f["counted"] & f["billed"] & rich
    f["in_base"], f["was_high"] = s["n_in_base"].eq(True), s["h_was_high"].eq(True)
    f["was_billed"] = s["n_bill_fen"] > 0
    f["opening"] = s["p_is_counted"].eq(True) & s["p_is_in_service"].eq(True)
    f["high_before"] = s["p_is_high"].eq(True)
    returned = f["serves"] & s["k_service_status"].notna() & (s["k_service_status"] != "PROSPECT")
    f["existing"] = f["in_base"] | f["was_high"] | returned | (s["open_date"] <= base_last)
    f["opened"] = f["counted"] & (s["open_date"] > base_last)
    f["prepaid"], f["postpaid"] = s["n_payment_type"] == "PREPAID", s["n_payment_type"] == "POSTPAID"
    f["enterprise"], f["public"] = s["n_customer_kind"] == "ENTERPRISE", s["n_customer_kind"] == "PUBLIC"
    f["handset_lease"] = s["n_contract_kind"] == "HANDSET_LEASE"
    for kind in EXITS:
        f[f"left_{kind}"] = ~f["serves"] & (s["exit_type"].fillna("UNLISTED") == kind)
    measures = {}
    for name, condition in CONDITIONS.items():
        held = np.ones(len(s), dtype=bool)
        for flag, must in terms(condition):
            held &= f[flag].to_numpy(bool) == must
        measures[name] = held.astype("int64")
    measures["bill"] = bill.where(f["was_high"], 0).astype("int64").to_numpy()
    measures["base_bill"] = s["h_bill_fen"].where(f["was_high"], 0).fillna(0).astype("int64").to_numpy()
    own = pd.DataFrame(measures).groupby(s["node_code"].to_numpy()).sum()
    own["base_months"] = own["base"] * months
    path = read(files["path"])
    joined = path.merge(own, left_on="node_code", right_index=True, how="left")
    rolled = (
        joined.groupby(["ancestor_code", "ancestor_level"])[list(own.columns)]
        .sum()
        .astype("int64")
        .reset_index()
    )
    frames = []
    for calibre, (above, below) in CALIBRES.items():
        frames.append(
            pd.DataFrame(
                {
                    "calibre": calibre,
                    "node_code": rolled["ancestor_code"],
                    "level": rolled["ancestor_level"],
                    "numerator": sum(rolled[name] * weight for name, weight in above.items()),
                    "denominator": sum(rolled[name] * weight for name, weight in below.items()),
                }
            )
        )
    return pd.concat(frames)


def write(frame: pd.DataFrame, file: Path) -> None:
    """The frame as Parquet; moments without a time of day as dates."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for k, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(k, field.name, table.column(k).cast(pa.date32()))
    pq.write_table(table, file, compression="snappy")


def main(home: Path, month: int, folder: Path) -> None:
    """Write the three tables into `folder` and answer with the CPU seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    files = inputs(home, month)
    after = plus(month, 1)
    as_of = pd.Timestamp(date(after // 100, after % 100, 1) - timedelta(days=1))
    features = feature(read(files["history"], HISTORY), read(files["happening"]), month)
    write(features, folder / "feature.parquet")
    line = read(files["line"])
    write(label(line, features, read(files["label_before"]), as_of), folder / "label.parquet")
    values = kpi(line, features, files, pd.Timestamp(month // 100 - 1, 12, 31), month % 100)
    write(values, folder / "kpi_lines.parquet")
    answer({"cpu": time.process_time() - began})


if __name__ == "__main__":
    main(Path(sys.argv[1]), number(sys.argv[2]), Path(sys.argv[3]))
