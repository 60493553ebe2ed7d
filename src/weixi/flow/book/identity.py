"""Surrogate keys: dense numbers for the operator's keys, which stay in two tables that no step joins.

Numbers are given once and kept: a new revision of a month's tables holds every number that the one before gave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
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
    grain="one key of a party, account, household or corporate account in the extract, with its surrogate",
    partition=("month",),
    key=("kind", "source_key"),
    columns=(
        Column("kind", T.VARCHAR, "what it is a key of", required=True),
        Column("source_key", T.VARCHAR, "the operator's key", required=True),
        Column("source_hash", T.VARCHAR, "its keyed hash", required=True),
        Column("surrogate_id", T.BIGINT, "surrogate key", required=True),
        Column("is_new", T.BOOLEAN, "the key was not known before", required=True),
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

    `other` is None where no such key is mapped, `held` where no known line had its record refused.
    """

    line: Partition
    other: Partition | None
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
    pipeline = _identity_pieces(listed, has_known=bool(known))
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
    store.write(
        IDENTITY,
        {"month": month.number},
        pipeline.text(f"SELECT {names} FROM fresh{own}"),
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
    return _numbered_text(pipeline, (FILE, LINE), "subscriber_id", by="subscriber_key", has_known=has_known)


def _numbered_text(
    pipeline: Pipeline, names: Sequence[str], number: str, *, by: str, kind: str = "", has_known: bool
) -> str:
    """`names`, `number` and `is_new` of every row of the piece `found`.

    A row with a number keeps it; the others get the numbers after the highest of the view `known`, in the order of
    the column `by`, each `kind` on its own where one is named.
    """
    start = highest = ""
    if has_known:
        each = f"{kind}, " if kind else ""
        grouped = f" GROUP BY {kind}" if kind else ""
        pipeline.add("highest", f"SELECT {each}max({number}) AS {number} FROM known{grouped}")
        start = f"COALESCE(h.{number}, 0) + "
        highest = f"LEFT JOIN highest h ON h.{kind} = n.{kind}" if kind else "CROSS JOIN highest h"
    within = f"PARTITION BY n.{kind} " if kind else ""
    kept, fresh = (", ".join(f"{row}.{name}" for name in names) for row in "fn")
    return pipeline.text(
        f"""SELECT {kept}, f.{number}, FALSE AS is_new FROM found f WHERE f.{number} IS NOT NULL
UNION ALL
SELECT {fresh}, {start}row_number() OVER ({within}ORDER BY n.{by}) AS {number}, TRUE AS is_new
FROM found n {highest} WHERE n.{number} IS NULL"""
    )


def _identity_pieces(listed: Listed, *, has_known: bool) -> Pipeline:
    """`listed` with its surrogate keys, and `fresh`: the new and changed ones, and those of this month (`is_kept`)."""
    personal = ("msisdn", "name", "address")
    pipeline = Pipeline().add("accepted", listed.listed_text())
    pipeline.add(
        "listed",
        f"""SELECT $month AS month, k.subscriber_id, k.is_new, a.subscriber_key AS source_key,
  a.msisdn, a.name, a.address
FROM accepted a JOIN line_key k ON k.{FILE} = a.{FILE} AND k.{LINE} = a.{LINE}""",
    )
    named = ", ".join(f"l.{name}" for name in IDENTITY.types)
    if not has_known:
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


def _others(store: Store, scratch: Store, listed: Listed, month: Month) -> Partition | None:
    mapped = listed.converted.staged.batch.mapping.columns_in(month)
    kinds = {kind: column for kind, (column, _) in KINDS.items() if column in mapped}
    if not kinds:
        return None
    known = store.partitions(SURROGATE)
    other = scratch.write(
        OTHER_KEY,
        {"month": month.number},
        other_key_text(listed, kinds, has_known=bool(known)),
        inputs={**listed.inputs, **({"known": known} if known else {})},
        secrets={"hash_key": store.hash_key},
    )
    fresh = scratch.rows(
        "SELECT CAST(count(*) AS BIGINT) AS row_count FROM other_key WHERE is_new",
        inputs={"other_key": other},
    )
    if fresh[0]["row_count"]:
        own = store.current(SURROGATE, month=month.number)
        text = "SELECT kind, surrogate_id, source_hash FROM other_key WHERE is_new"
        if own is not None:
            text += "\nUNION ALL\nSELECT kind, surrogate_id, source_hash FROM own"
        store.write(
            SURROGATE,
            {"month": month.number},
            text,
            inputs={"other_key": other, **({"own": own} if own is not None else {})},
        )
    return other


def other_key_text(listed: Listed, kinds: Mapping[str, str], *, has_known: bool) -> str:
    """The SQL of OTHER_KEY; secret: `$hash_key`. New keys follow the highest of their kind, in the hashes' order."""
    pipeline = Pipeline().add("listed", listed.listed_text())
    given = "\nUNION ALL\n".join(
        f"SELECT '{kind}' AS kind, {column} AS source_key FROM listed WHERE {column} IS NOT NULL"
        for kind, column in kinds.items()
    )
    pipeline.add("given", given)
    pipeline.add(
        "hashed",
        """SELECT kind, source_key, sha256(concat($hash_key, '|', kind, '|', source_key)) AS source_hash
FROM given GROUP BY kind, source_key""",
    )
    joined = "LEFT JOIN known k ON k.kind = h.kind AND k.source_hash = h.source_hash" if has_known else ""
    number = "k.surrogate_id" if has_known else "CAST(NULL AS BIGINT)"
    pipeline.add(
        "found",
        f"SELECT h.kind, h.source_key, h.source_hash, {number} AS surrogate_id FROM hashed h {joined}",
    )
    names = ("kind", "source_key", "source_hash")
    return _numbered_text(pipeline, names, "surrogate_id", by="source_hash", kind="kind", has_known=has_known)
