"""Surrogate keys: dense numbers for the operator's keys, which stay in two tables that no step joins.

Numbers are given once and kept: a new revision of a month's tables holds every number that the one before gave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.book.slices import WITHIN, parts
from weixi.flow.book.tables import IDENTITY, SURROGATE
from weixi.flow.extract import FILE, LINE, Listed
from weixi.kernel.period import Month

KINDS: Mapping[str, tuple[str, str]] = {
    "PARTY": ("party_document", "party_id"),
    "ACCOUNT": ("account_key", "account_id"),
    "HOUSEHOLD": ("household_key", "household_id"),
    "CORPORATE": ("corporate_key", "corporate_account_id"),
}
"""Kind of surrogate → the feed's column of the operator's key, and the book's column."""

HASH_DIGITS = 15
"""Hexadecimal digits of the keyed hash in each of the two numbers that stand for it.

120 bits: that two of a hundred million keys agree in them has a probability of 4e-21.
"""

LINE_KEY = Table(
    name="line_key",
    grain="one accepted record with the surrogate key of its line",
    partition=("month",),
    key=(FILE, LINE),
    columns=(
        Column(FILE, T.INTEGER, "number of the file", required=True),
        Column(LINE, T.BIGINT, "physical line", required=True),
        Column("subscriber_id", T.BIGINT, "surrogate key", required=True),
        Column("is_new", T.BOOLEAN, "the key was not known before", required=True),
    ),
)

OTHER_KEY = Table(
    name="other_key",
    grain="one accepted record with the surrogate key of its party, account, household or corporate account",
    partition=("month", "kind"),
    key=(FILE, LINE),
    columns=(
        Column(FILE, T.INTEGER, "number of the file", required=True),
        Column(LINE, T.BIGINT, "physical line", required=True),
        Column("surrogate_id", T.BIGINT, "surrogate key", required=True),
        Column("fresh_high", T.BIGINT, "hash_high of a key not known before, on one of its records"),
        Column("fresh_low", T.BIGINT, "hash_low, where fresh_high is"),
    ),
)

HELD = Table(
    name="held",
    grain="one known line whose record was refused: the extract lists it, but does not say how it stands",
    partition=("month",),
    key=("subscriber_id",),
    columns=(Column("subscriber_id", T.BIGINT, "surrogate key", required=True),),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The surrogate keys of one month's accepted records.

    `others` has the kinds that are mapped; `held` is None where no known line had its record refused.
    """

    line: Partition
    others: Mapping[str, Partition]
    held: Partition | None


def assign(store: Store, scratch: Store, listed: Listed, month: Month) -> Keys:
    """The surrogate keys of the accepted records; new ones are kept in IDENTITY and SURROGATE first."""
    known = store.partitions(IDENTITY)
    held = _held(scratch, listed, known, month) if known and listed.refused.manifest.rows else None
    return Keys(_lines(store, scratch, listed, month), _others(store, scratch, listed, month), held)


def _held(scratch: Store, listed: Listed, known: list[Partition], month: Month) -> Partition:
    """The known lines whose record broke a rule and whose key could still be read."""
    return scratch.write(
        HELD,
        {"month": month.number},
        """SELECT k.subscriber_id FROM known k JOIN converted c ON c.subscriber_key = k.source_key
WHERE c.rule IS NOT NULL GROUP BY k.subscriber_id""",
        inputs={"converted": listed.converted.rows, "known": known},
    )


def _lines(store: Store, scratch: Store, listed: Listed, month: Month) -> Partition:
    known = store.partitions(IDENTITY)
    line = scratch.write(
        LINE_KEY,
        {"month": month.number},
        line_key_text(listed, has_known=bool(known)),
        inputs={**listed.inputs, **({"known": known} if known else {})},
    )
    identity = store.current(IDENTITY, month=month.number)
    pipeline = _identity_pieces(listed, within="" if known else WITHIN)
    inputs: dict[str, Partition | Sequence[Partition]] = {**listed.inputs, "line_key": line}
    if known:
        inputs["known"] = known
    parameters = {"month": month.number}
    if known:
        changed = scratch.rows(
            pipeline.text("SELECT CAST(count(*) AS BIGINT) AS row_count FROM fresh WHERE NOT is_kept"),
            inputs=inputs,
            parameters=parameters,
        )
        if changed[0]["row_count"] == 0:
            return line
    if identity is not None:
        inputs["own"] = identity
    names = ", ".join(IDENTITY.types)
    own = (
        f"""
UNION ALL
SELECT {", ".join(f"o.{name}" for name in IDENTITY.types)} FROM own o
LEFT JOIN listed l ON l.subscriber_id = o.subscriber_id WHERE l.subscriber_id IS NULL"""
        if identity is not None
        else ""
    )
    text = pipeline.text(f"SELECT {names} FROM fresh{own}")
    store.write(
        IDENTITY,
        {"month": month.number},
        text if known else parts(scratch, listed, text),
        inputs=inputs,
        parameters=parameters,
    )
    return line


def line_key_text(listed: Listed, *, has_known: bool) -> str:
    """The SQL of LINE_KEY: known keys keep their number, new ones follow the highest, in the order of the keys."""
    pipeline = Pipeline().add("listed", listed.listed_text())
    if has_known:
        pipeline.add(
            "known_key",
            """SELECT source_key, min(subscriber_id) AS subscriber_id FROM known
WHERE source_key IS NOT NULL GROUP BY source_key""",
        )
    joined = "LEFT JOIN known_key k ON k.source_key = l.subscriber_key" if has_known else ""
    number = "k.subscriber_id" if has_known else "CAST(NULL AS BIGINT)"
    pipeline.add(
        "found",
        f"SELECT l.{FILE}, l.{LINE}, l.subscriber_key, {number} AS subscriber_id FROM listed l {joined}",
    )
    start = highest = ""
    if has_known:
        pipeline.add("highest", "SELECT max(subscriber_id) AS subscriber_id FROM known")
        start, highest = "COALESCE(h.subscriber_id, 0) + ", "CROSS JOIN highest h"
    number = f"{start}row_number() OVER (ORDER BY n.subscriber_key) AS subscriber_id"
    fresh = f"SELECT n.{FILE}, n.{LINE}, {number}, TRUE AS is_new\nFROM found n {highest} WHERE n.subscriber_id IS NULL"
    if not has_known:
        return pipeline.text(fresh)
    return pipeline.text(
        f"""SELECT f.{FILE}, f.{LINE}, f.subscriber_id, FALSE AS is_new FROM found f WHERE f.subscriber_id IS NOT NULL
UNION ALL
{fresh}"""
    )


def _identity_pieces(listed: Listed, *, within: str) -> Pipeline:
    """`listed` with its surrogate keys, and `fresh`: the new and changed ones, and those of this month (`is_kept`).

    With `within` nothing is known yet, and the text is of one slice: all are new.
    """
    personal = ("msisdn", "name", "address")
    pipeline = Pipeline().add("accepted", listed.listed_text(within))
    line = (
        f"(SELECT {FILE}, {LINE}, subscriber_id, is_new FROM line_key WHERE {within})"
        if within
        else "line_key"
    )
    pipeline.add(
        "listed",
        f"""SELECT $month AS month, k.subscriber_id, k.is_new, a.subscriber_key AS source_key,
  a.msisdn, a.name, a.address
FROM accepted a JOIN {line} k ON k.{FILE} = a.{FILE} AND k.{LINE} = a.{LINE}""",
    )
    named = ", ".join(f"l.{name}" for name in IDENTITY.types)
    if within:
        return pipeline.add("fresh", f"SELECT {named}, FALSE AS is_kept FROM listed l")
    pipeline.add(
        "newest",
        "SELECT subscriber_id, max(month) AS month FROM known WHERE month <= $month GROUP BY subscriber_id",
    )
    changed = " OR ".join(f"l.{name} IS DISTINCT FROM b.{name}" for name in personal)
    return pipeline.add(
        "fresh",
        f"""SELECT {named}, COALESCE(b.month = $month, FALSE) AND NOT ({changed}) AS is_kept
FROM listed l
LEFT JOIN newest n ON n.subscriber_id = l.subscriber_id
LEFT JOIN known b ON b.subscriber_id = n.subscriber_id AND b.month = n.month
WHERE l.is_new OR b.month IS NULL OR b.month = $month OR {changed}""",
    )


def _others(store: Store, scratch: Store, listed: Listed, month: Month) -> dict[str, Partition]:
    """The surrogates of each mapped kind."""
    mapped = listed.converted.staged.batch.mapping.columns_in(month)
    known = store.partitions(SURROGATE)
    others = {
        kind: scratch.write(
            OTHER_KEY,
            {"month": month.number, "kind": kind},
            other_key_text(listed, kind, column, has_known=bool(known)),
            inputs={**listed.inputs, **({"known": known} if known else {})},
            secrets={"hash_key": store.hash_key},
        )
        for kind, (column, _) in KINDS.items()
        if column in mapped
    }
    views = {f"{kind.lower()}_key": other for kind, other in others.items()}
    fresh = "\nUNION ALL\n".join(
        f"""SELECT '{kind}' AS kind, surrogate_id, fresh_high AS hash_high, fresh_low AS hash_low
FROM {view} WHERE fresh_high IS NOT NULL"""
        for kind, view in zip(others, views, strict=True)
    )
    count = f"SELECT CAST(count(*) AS BIGINT) AS row_count FROM ({fresh}) AS fresh"
    if not others or not scratch.rows(count, inputs=views)[0]["row_count"]:
        return others
    inputs: dict[str, Partition] = {**views}
    own = store.current(SURROGATE, month=month.number)
    if own is not None:
        inputs["own"] = own
        fresh += "\nUNION ALL\nSELECT kind, surrogate_id, hash_high, hash_low FROM own"
    store.write(SURROGATE, {"month": month.number}, fresh, inputs=inputs)
    return others


def other_key_text(listed: Listed, kind: str, column: str, *, has_known: bool) -> str:
    """The SQL of OTHER_KEY; secret: `$hash_key`. New keys follow the highest of their kind, in the hashes' order.

    Records, and not distinct keys, are ranked: that needs no second look for the records of a key.
    """
    hashed = f"sha256(concat($hash_key, '|', '{kind}', '|', {column}))"
    high, low = (
        f"CAST('0x' || substr({hashed}, {start}, {HASH_DIGITS}) AS BIGINT)" for start in (1, HASH_DIGITS + 1)
    )
    pipeline = Pipeline().add("listed", listed.listed_text())
    pipeline.add(
        "hashed",
        f"""SELECT {FILE}, {LINE}, {high} AS hash_high, {low} AS hash_low
FROM listed WHERE {column} IS NOT NULL""",
    )
    rank, first, place = (
        f"{name}() OVER (ORDER BY h.hash_high, h.hash_low)" for name in ("dense_rank", "rank", "row_number")
    )
    marked = ", ".join(
        f"CASE WHEN {first} = {place} THEN h.hash_{part} END AS fresh_{part}" for part in ("high", "low")
    )
    if not has_known:
        return pipeline.text(f"SELECT h.{FILE}, h.{LINE}, {rank} AS surrogate_id, {marked} FROM hashed h")
    same = "k.hash_high = h.hash_high AND k.hash_low = h.hash_low"
    pipeline.add("known_key", f"SELECT surrogate_id, hash_high, hash_low FROM known WHERE kind = '{kind}'")
    pipeline.add("highest", "SELECT COALESCE(max(surrogate_id), 0) AS surrogate_id FROM known_key")
    pipeline.add(
        "strange",
        f"SELECT h.{FILE}, h.{LINE}, h.hash_high, h.hash_low FROM hashed h ANTI JOIN known_key k ON {same}",
    )
    none = ", ".join(f"CAST(NULL AS BIGINT) AS fresh_{part}" for part in ("high", "low"))
    return pipeline.text(
        f"""SELECT h.{FILE}, h.{LINE}, k.surrogate_id, {none}
FROM hashed h JOIN known_key k ON {same}
UNION ALL
SELECT h.{FILE}, h.{LINE}, x.surrogate_id + {rank} AS surrogate_id, {marked}
FROM strange h CROSS JOIN highest x"""
    )
