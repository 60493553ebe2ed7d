"""Features, labels and KPIs in Polars with windows over history: `python -m … HOME MONTH FOLDER`."""

import sys
import time
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from benchmarks.flow.gauge import answer
from benchmarks.flow.home import inputs, number, plus
from benchmarks.flow.scripts.calibres import CALIBRES, CONDITIONS, EXITS, terms

ID = "subscriber_id"
col = pl.col


def feature(history: pl.LazyFrame, happening: pl.LazyFrame, month: int) -> pl.LazyFrame:
    """Every line of the month with the sums of its last twelve months, each a window over the line."""
    recent, before = plus(month, -2), plus(month, -5)
    is_recent, is_before = col("month") >= recent, col("month").is_between(before, plus(month, -3))
    first_day = pl.date(col("month") // 100, col("month") % 100, 1)
    marked = history.with_columns(first_month=col("month").min().over(ID)).with_columns(
        complete=~col("is_carried")
        & col("bill_fen").is_not_null()
        & pl.coalesce(col("open_date") < first_day, col("first_month") < col("month")),
        silent=pl.coalesce("call_count", "data_kb", "sms_count").is_not_null()
        & (pl.sum_horizontal("call_count", "data_kb", "sms_count") == 0),
        stopped=col("service_status").is_in(["ONE_WAY_STOPPED", "TWO_WAY_STOPPED"]),
        full_fen=pl.coalesce("bill_before_discount_fen", "bill_fen"),
    )

    def total(value: pl.Expr | str, when: pl.Expr) -> pl.Expr:
        value = col(value) if isinstance(value, str) else value
        return pl.when(when).then(value).otherwise(None).sum().over(ID).cast(pl.Int64)

    def last(name: str) -> pl.Expr:
        return pl.when(col("month") == plus(month, -1)).then(col(name)).otherwise(None).max().over(ID)

    always, done = pl.lit(True), is_recent & col("complete")
    windowed = marked.with_columns(
        complete_months=total(pl.lit(1), done),
        revenue_3m_fen=total("bill_fen", done),
        revenue_3m_before_discount_fen=total("full_fen", done),
        revenue_12m_fen=total("bill_fen", always),
        billed_months_12m=total(pl.lit(1), col("bill_fen") > 0),
        revenue_previous_3m_fen=total("bill_fen", is_before),
        voice_3m_seconds=total("voice_seconds", is_recent),
        voice_previous_3m_seconds=total("voice_seconds", is_before),
        data_3m_kb=total("data_kb", is_recent),
        data_previous_3m_kb=total("data_kb", is_before),
        previous_bill_fen=last("bill_fen"),
        previous_call_count=last("call_count"),
        previous_data_kb=last("data_kb"),
        silent_months=total(pl.lit(1), is_recent & col("silent")),
        stopped_months_3m=total(pl.lit(1), is_recent & col("stopped")),
        complaints_3m=total("complaint_count", is_recent),
        seen_months=pl.len().over(ID).cast(pl.Int64),
    ).filter(col("month") == month)
    kind, now = col("event_type"), col("month") == month
    moved = happening.group_by(ID).agg(
        recharge_3m_fen=col("amount_fen").filter(kind == "RECHARGE").sum(),
        port_out_query_count=((kind == "PORT_OUT_QUERY") & now).sum().cast(pl.Int64),
        port_out_application_date=col("event_date").filter(kind == "PORT_OUT_APPLICATION").max(),
        order_3m_count=(kind == "ORDER").sum().cast(pl.Int64),
        open_repair_count=((kind == "REPAIR") & now).sum().cast(pl.Int64)
        - ((kind == "REPAIR_DONE") & now).sum().cast(pl.Int64),
    )
    counts = ["recharge_3m_fen", "port_out_query_count", "order_3m_count", "open_repair_count"]
    kept = [
        name for name in windowed.collect_schema().names() if name not in history.collect_schema().names()
    ]
    extra = {"first_month", "complete", "silent", "stopped", "full_fen"}
    return (
        windowed.select(ID, *[name for name in kept if name not in extra])
        .join(moved, on=ID, how="left")
        .with_columns(col(counts).fill_null(0))
        .with_columns(col("open_repair_count").clip(lower_bound=0))
    )


def first_of(*choices: tuple[pl.Expr, str], default: str) -> pl.Expr:
    """The word of the first test that holds."""
    (test, word), *rest = choices
    chain = pl.when(test).then(pl.lit(word))
    for test, word in rest:
        chain = chain.when(test).then(pl.lit(word))
    return chain.otherwise(pl.lit(default))


def label(line: pl.LazyFrame, features: pl.LazyFrame, before: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """The five labels; a unit's key customers by a running sum over its lines in order of revenue."""
    status, fen, months = col("service_status"), col("revenue_3m_fen"), col("complete_months")
    serves = ~status.is_in(["EXITED", "PROSPECT"]) & (col("line_use") == "COMMERCIAL")
    joined = line.join(features, on=ID).with_columns(unit=col("unit_code").fill_null(""), serves=serves)
    earned = pl.when("serves").then(col("revenue_12m_fen")).otherwise(0)
    ranked = joined.sort(["serves", "revenue_12m_fen", ID], descending=[True, True, False]).with_columns(
        unit_fen=earned.sum().over("unit"), through_fen=earned.cum_sum().over("unit")
    )
    is_key = (
        (
            col("serves")
            & (col("unit_fen") > 0)
            & ((col("through_fen") - col("revenue_12m_fen")) * 2 <= col("unit_fen"))
        )
        | col("is_key_person").fill_null(False)
        | ((months > 0) & (fen >= 20000 * months))
    )
    declining = (
        (months == 3)
        & (col("revenue_previous_3m_fen") > 0)
        & (
            (fen * 100 < col("revenue_previous_3m_fen") * 70)
            | (
                (col("voice_3m_seconds") * 100 < col("voice_previous_3m_seconds") * 70)
                & (col("data_3m_kb") * 100 < col("data_previous_3m_kb") * 70)
            )
        )
    )
    opened = col("open_date").dt.year().cast(pl.Int64) * 12 + col("open_date").dt.month()
    tenure = as_of.year * 12 + as_of.month - opened
    business = (col("call_peer_count") >= 80) & (col("roaming_day_count") >= 5)
    edges = {"B0": 3000, "B30": 5000, "B50": 8000, "B80": 12000, "B120": 20000, "B200": 30000}
    gone = status == "EXITED"
    ruled = ranked.select(
        ID,
        rule_grade=first_of(
            (status == "PROSPECT", "PROSPECT"), (gone, "LAPSED"), (is_key, "KEY"), default="REGULAR"
        ),
        band=first_of(
            (months == 0, "NONE"),
            *[(fen < edge * months, code) for code, edge in edges.items()],
            default="B300",
        ),
        stage=first_of(
            (status == "PROSPECT", "LEAD"),
            (gone & (col("exit_date") >= as_of - timedelta(days=180)), "WIN_BACK"),
            (gone, "EXITED"),
            (declining, "DECLINING"),
            (col("contract_end_date").is_between(as_of, as_of + timedelta(days=90)), "EXPIRING"),
            (tenure <= 3, "ONBOARDING"),
            (tenure <= 12, "GROWING"),
            default="STABLE",
        ),
        cluster=first_of(
            (col("corporate_account_id").is_not_null(), "CORPORATE_MEMBER"),
            (col("is_campus"), "CAMPUS"),
            (as_of.year - col("birth_year") >= 60, "SENIOR"),
            (col("roaming_day_count") >= 20, "MIGRANT_WORKER"),
            (business, "BUSINESS"),
            (col("is_rural"), "RURAL"),
            (col("household_id").is_not_null(), "FAMILY"),
            default="GENERAL",
        ),
        category=first_of(
            (col("corporate_kind") == "LARGE", "LARGE_ENTERPRISE"),
            (col("corporate_kind") == "GOVERNMENT", "GOVERNMENT"),
            ((col("corporate_kind") == "SME") | (col("customer_kind") == "ENTERPRISE"), "SME"),
            (col("household_id").is_not_null() | col("is_converged"), "FAMILY"),
            (business, "PERSONAL_BUSINESS"),
            default="PERSONAL",
        ),
    )
    held = before.select(ID, "pending_months", held="grade")
    waits = (
        (col("rule_grade") != col("held"))
        & col("rule_grade").is_in(["KEY", "REGULAR"])
        & col("held").is_in(["KEY", "REGULAR"])
        & (col("pending_months") == 0)
    ).fill_null(False)
    months_waited = pl.when(waits).then(col("pending_months") + 1).otherwise(0).cast(pl.Int32)
    return (
        ruled.join(held, on=ID, how="left")
        .with_columns(grade=pl.when(waits).then("held").otherwise("rule_grade"), pending_months=months_waited)
        .drop("held")
    )


def kpi(read: dict[str, pl.LazyFrame], features: pl.LazyFrame, base_last: date, months: int) -> pl.LazyFrame:
    """Every calibre that counts lines, at every node."""
    revenue = features.select(ID, "complete_months", "revenue_3m_fen")
    bill = col("bill_fen").fill_null(0)
    state = (
        read["line"]
        .join(revenue, on=ID)
        .filter(col("suspect_level").fill_null(0) < 2)
        .with_columns(
            counted=(col("line_type") == "MOBILE_MAIN")
            & (col("line_use") == "COMMERCIAL")
            & (col("service_status") != "PROSPECT"),
            serves=(col("line_use") == "COMMERCIAL")
            & ~col("service_status").is_in(["EXITED", "PROSPECT"])
            & col("exit_type").ne_missing("PORTED_OUT"),
            bill=bill,
        )
        .with_columns(billed=col("serves") & (col("bill") > 0))
        .with_columns(
            high=col("counted")
            & col("billed")
            & (col("complete_months") > 0)
            & (col("revenue_3m_fen") >= 8000 * col("complete_months"))
        )
        .select(ID, "open_date", "exit_type", "counted", "serves", "bill", "billed", "high")
    )
    before = read["state_before"].select(
        ID, p_counted="is_counted", p_serves="is_in_service", high_before="is_high"
    )
    network = read["network"].select(
        ID,
        "payment_type",
        "customer_kind",
        "contract_kind",
        was_billed=col("bill_fen") > 0,
        in_base=pl.lit(True),
    )
    high = read["arpu80"].select(ID, base_bill="bill_fen", was_high=pl.lit(True))
    base_line = read["line_base"].select(ID, was_known=col("service_status") != "PROSPECT")
    joined = state.join(read["assignment"].select(ID, "node_code"), on=ID)
    for other in (network, high, before, base_line):
        joined = joined.join(other, on=ID, how="left")
    kinds = {
        "prepaid": col("payment_type") == "PREPAID", "postpaid": col("payment_type") == "POSTPAID",
        "enterprise": col("customer_kind") == "ENTERPRISE", "public": col("customer_kind") == "PUBLIC",
        "handset_lease": col("contract_kind") == "HANDSET_LEASE",
    }  # fmt: skip
    opened_since = (col("open_date") > base_last).fill_null(False)
    flagged = joined.with_columns(
        col(["in_base", "was_high", "was_billed", "high_before", "was_known"]).fill_null(False),
        opening=(col("p_counted") & col("p_serves")).fill_null(False),
        **{name: test.fill_null(False) for name, test in kinds.items()},
        **{f"left_{k}": ~col("serves") & (col("exit_type").fill_null("UNLISTED") == k) for k in EXITS},
    ).with_columns(
        existing=col("in_base")
        | col("was_high")
        | (col("serves") & col("was_known"))
        | (col("open_date") <= base_last).fill_null(False),
        opened=col("counted") & opened_since,
    )

    def holds(condition: str) -> pl.Expr:
        return pl.all_horizontal([col(flag) if must else ~col(flag) for flag, must in terms(condition)])

    measures = {name: holds(condition).sum().cast(pl.Int64) for name, condition in CONDITIONS.items()}
    own = flagged.group_by("node_code").agg(
        **measures,
        bill_sum=pl.when("was_high").then(col("bill")).otherwise(0).sum(),
        base_bill_sum=pl.when("was_high").then(col("base_bill")).otherwise(0).sum(),
    )
    own = own.rename({"bill_sum": "bill", "base_bill_sum": "base_bill"}).with_columns(
        base_months=col("base") * months
    )
    rolled = (
        read["path"]
        .join(own, on="node_code", how="left")
        .group_by(node_code="ancestor_code", level="ancestor_level")
        .agg(col([*CONDITIONS, "bill", "base_bill", "base_months"]).sum())
        .collect()
    )

    def side(parts: dict[str, int]) -> pl.Expr:
        return pl.sum_horizontal([col(name) * weight for name, weight in parts.items()]).cast(pl.Int64)

    return pl.concat(
        rolled.lazy().select(
            calibre=pl.lit(calibre),
            node_code="node_code",
            level="level",
            numerator=side(above),
            denominator=side(below),
        )
        for calibre, (above, below) in CALIBRES.items()
    )


def main(home: Path, month: int, folder: Path) -> None:
    """Write the three tables into `folder` and answer with the CPU seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    names = (
        "history",
        "happening",
        "line",
        "label_before",
        "assignment",
        "network",
        "arpu80",
        "state_before",
        "line_base",
        "path",
    )
    read = {name: pl.scan_parquet(inputs(home, month)[name]) for name in names}
    after = plus(month, 1)
    as_of = date(after // 100, after % 100, 1) - timedelta(days=1)
    needed = [
        ID, "month", "bill_fen", "bill_before_discount_fen", "open_date", "is_carried", "service_status",
        "voice_seconds", "data_kb", "call_count", "sms_count", "complaint_count",
    ]  # fmt: skip
    features = feature(read["history"].select(needed), read["happening"], month).collect()
    features.write_parquet(folder / "feature.parquet", compression="snappy")
    label(read["line"], features.lazy(), read["label_before"], as_of).collect().write_parquet(
        folder / "label.parquet", compression="snappy"
    )
    values = kpi(read, features.lazy(), date(month // 100 - 1, 12, 31), month % 100).collect()
    values.write_parquet(folder / "kpi_lines.parquet", compression="snappy")
    answer({"cpu": time.process_time() - began})


if __name__ == "__main__":
    main(Path(sys.argv[1]), number(sys.argv[2]), Path(sys.argv[3]))
