"""The month's rows: the accepted records under surrogate keys, and the lines that the extract no longer lists."""

from weixi.dialect.compose import Pipeline
from weixi.flow.book.identity import KINDS, Keys
from weixi.flow.book.slices import WITHIN
from weixi.flow.book.tables import SUBSCRIBER_MONTH
from weixi.flow.extract import FILE, FLOW_COLUMNS, LINE, LINE_COLUMNS, Listed

CARRIED_MONTHS = 13
"""A line that has left is carried so many months after the month of leaving."""

_EXITED = "service_status = 'EXITED'"
_OWN = ("service_status", "status_date", "exit_type", "exit_date")


def listed_month_text(listed: Listed, keys: Keys, *, has_previous: bool) -> str:
    """The SQL of a slice of SUBSCRIBER_MONTH's accepted records.

    Views: those of `listed`, `line_key`, one `<kind>_key` for each of `keys.others`, `previous` (the month before).
    Parameters: `$month`, `$last` (its last day), those of the slice.
    A line that has left without a date left on the day its state began, else when the month before says, else on
    the last day. An exit type or date of a line that has not left is dropped.
    """
    pipeline = Pipeline().add("accepted", listed.listed_text(WITHIN))
    joins = [f"JOIN {_sliced('line_key', 'subscriber_id')} k ON k.{FILE} = a.{FILE} AND k.{LINE} = a.{LINE}"]
    ids = []
    for kind, (_, name) in KINDS.items():
        if kind in keys.others:
            view = f"{kind.lower()}_key"
            joins.append(
                f"LEFT JOIN {_sliced(view, 'surrogate_id')} {view} "
                f"ON {view}.{FILE} = a.{FILE} AND {view}.{LINE} = a.{LINE}"
            )
            ids.append(f"{view}.surrogate_id AS {name}")
        else:
            ids.append(f"CAST(NULL AS BIGINT) AS {name}")
    plain = ", ".join(f"a.{column.name}" for column in LINE_COLUMNS)
    joined = "\n".join(joins)
    pipeline.add("keyed", f"SELECT k.subscriber_id, {', '.join(ids)}, {plain}\nFROM accepted a {joined}")
    pipeline.add("listed", _listed_text(has_previous=has_previous))
    return pipeline.text(f"SELECT {', '.join(SUBSCRIBER_MONTH.types)} FROM listed")


def carried_month_text(*, has_held: bool) -> str:
    """The SQL of SUBSCRIBER_MONTH's carried lines.

    Views: `line_key`, `previous`, and `held` where some are. Parameters: `$month`, `$last`, `$month_index`.
    """
    pipeline = Pipeline()
    pipeline.add(
        "gone",
        "SELECT p.subscriber_id FROM previous p ANTI JOIN line_key k ON k.subscriber_id = p.subscriber_id",
    )
    pipeline.add("carried", _carried_text(has_held=has_held))
    return pipeline.text(f"SELECT {', '.join(SUBSCRIBER_MONTH.types)} FROM carried")


def _sliced(view: str, number: str) -> str:
    return f"(SELECT {FILE}, {LINE}, {number} FROM {view} WHERE {WITHIN})"


def _ids() -> list[str]:
    return ["subscriber_id", *(name for _, name in KINDS.values())]


def _listed_text(*, has_previous: bool) -> str:
    states = [f"k.{c.name}" for c in LINE_COLUMNS if c.name not in ("exit_type", "exit_date")]
    before = ", p.exit_date" if has_previous else ""
    join = (
        f"LEFT JOIN (SELECT subscriber_id, exit_date FROM previous WHERE {_EXITED}) p "
        "ON p.subscriber_id = k.subscriber_id"
        if has_previous
        else ""
    )
    left = f"k.{_EXITED}"
    return f"""SELECT $month AS month, FALSE AS is_carried, {", ".join(f"k.{name}" for name in _ids())},
  {", ".join(states)},
  CASE WHEN {left} THEN COALESCE(k.exit_type, 'UNLISTED') END AS exit_type,
  CASE WHEN {left} THEN COALESCE(k.exit_date, k.status_date{before}, $last) END AS exit_date
FROM keyed k {join}"""


def _carried_text(*, has_held: bool) -> str:
    """Lines of the month before without an accepted record.

    One whose record was refused stays as it was, its sums of the month not known. Of those that are not listed,
    gone ones are kept for a while without use, the others are gone without a reason.
    """
    is_held = "h.subscriber_id IS NOT NULL" if has_held else "FALSE"
    join = "LEFT JOIN held h ON h.subscriber_id = p.subscriber_id" if has_held else ""
    gone = f"p.{_EXITED}"
    kept = []
    for column in LINE_COLUMNS:
        if column.name in FLOW_COLUMNS:
            zero = f"p.{column.name} IS NOT NULL AND NOT {is_held}"
            kept.append(f"CASE WHEN {zero} THEN CAST(0 AS BIGINT) END AS {column.name}")
        elif column.name not in _OWN:
            kept.append(f"p.{column.name}")
    index = "(year(p.exit_date) * 12 + month(p.exit_date) - 1)"
    stays = f"{gone} OR {is_held}"
    return f"""SELECT $month AS month, TRUE AS is_carried, {", ".join(f"p.{name}" for name in _ids())},
  CASE WHEN {stays} THEN p.service_status ELSE 'EXITED' END AS service_status,
  CASE WHEN {stays} THEN p.status_date ELSE $last END AS status_date,
  CASE WHEN {stays} THEN p.exit_type ELSE 'UNLISTED' END AS exit_type,
  CASE WHEN {stays} THEN p.exit_date ELSE $last END AS exit_date,
  {", ".join(kept)}
FROM previous p JOIN gone g ON g.subscriber_id = p.subscriber_id
{join}
WHERE (p.service_status <> 'PROSPECT' OR {is_held})
  AND (NOT {gone} OR $month_index - {index} <= {CARRIED_MONTHS})"""


def missing_columns(listed: Listed) -> list[str]:
    """The book's columns that this extract leaves null, in the book's order."""
    missing = set(listed.converted.staged.batch.mapping.missing)
    surrogates = {name: column for column, name in KINDS.values()}
    return [name for name in SUBSCRIBER_MONTH.types if surrogates.get(name, name) in missing]


def book_counts_text() -> str:
    """Of the view `book`: rows from the extract itself, lines that were not listed for the first time, held lines.

    Parameter: `$last`, the month's last day.
    """
    return """SELECT
  CAST(count(*) FILTER (WHERE NOT is_carried) AS BIGINT) AS accepted,
  CAST(count(*) FILTER (WHERE is_carried AND exit_type = 'UNLISTED' AND exit_date = $last) AS BIGINT) AS unlisted,
  CAST(count(*) FILTER (WHERE is_carried AND service_status <> 'EXITED') AS BIGINT) AS held
FROM book"""
