"""Which lines a day's feeds warn of anew: the playbook's rules over the lines as the day leaves them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.book import (
    DAY_COLUMNS,
    SUBSCRIBER_COLUMNS,
    TRIGGERS,
    day_inputs,
    day_key,
    happened_pieces,
    overlay_pieces,
    subscriber_pieces,
)
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.flow.warning.detect import WARNED_USE, needed, raised_sql, told_text
from weixi.flow.warning.missing import FROM_EVENTS, absent_columns, lacking, trimmed
from weixi.flow.warning.tables import DAY_WARNING
from weixi.kernel.period import Month
from weixi.playbook import Playbook, WarningRule

_BALANCES = frozenset({"balance_fen", "arrears_fen"})


def detect_day(store: Store, playbook: Playbook, day: date) -> Partition:
    """The warnings that the feeds of `day` raise, for tasks from the next morning on.

    Only rules whose condition names what a day changes can be raised by one; a rule that held for the line the day
    before is raised again only by a new event of its own kind (a second port-out query). Clocks that merely go on
    belong to the month's run.
    """
    inputs = day_inputs(store, day)
    absent = _absent(inputs)
    rules = [
        trimmed(rule, absent)
        for rule in playbook.warnings
        if words(rule.sql) & DAY_COLUMNS and not lacking(rule, absent)
    ]
    note = {
        "playbook": playbook.fingerprint,
        "rules": [rule.code for rule in rules],
        "not_computable": sorted(
            rule.code for rule in playbook.warnings if words(rule.sql) & DAY_COLUMNS and lacking(rule, absent)
        ),
    }
    if not rules:
        return store.put(DAY_WARNING, day_key(day), [], origin=json.dumps([day.isoformat(), note]), note=note)
    month, first = Month.containing(day), day + timedelta(days=1)
    return store.write(
        DAY_WARNING,
        day_key(day),
        day_warning_text(rules, frozenset(inputs)),
        inputs={**inputs, "label": store.require(LABEL, month=month.plus(-1).number)},
        parameters={
            "as_of": day,
            "day": day,
            "day_first": month.first,
            "plan_first": first,
            "plan_last": Month.containing(first).last,
        },
        note=note,
    )


def day_warning_text(rules: Sequence[WarningRule], given: frozenset[str]) -> str:
    """The statement over the views `given` of `day_inputs` and `label` that gives the rows of DAY_WARNING."""
    pieces = Pipeline()
    happened_pieces(pieces)
    touched = [
        "SELECT subscriber_id AS concerned_id FROM happened WHERE day = $day AND event_date >= $day_first"
    ]
    if "balance" in given:
        touched.append("SELECT subscriber_id AS concerned_id FROM balance")
    union = "\nUNION ALL\n".join(touched)
    pieces.add("concerned", f"SELECT concerned_id FROM ({union}) AS t GROUP BY concerned_id")
    overlay_pieces(pieces, "", before=False, has_balance="balance" in given)
    overlay_pieces(pieces, "_was", before=True, has_balance="balance_was" in given)
    wanted = needed(rules)
    names = [name for name in LABELLED_COLUMNS if name in wanted]
    own = [name for name in names if name in SUBSCRIBER_COLUMNS]
    labels = [name for name in names if name not in SUBSCRIBER_COLUMNS]
    source, was = "subscriber", "earlier"
    subscriber_pieces(pieces, "earlier", wanted, "_was")
    if labels:
        labelled_pieces(pieces, wanted)
        shown = ", ".join([*(f"e.{name}" for name in own), *(f"b.{name}" for name in labels)])
        pieces.add(
            "earlier_labelled",
            f"SELECT {shown} FROM earlier e JOIN label b ON b.subscriber_id = e.subscriber_id",
        )
        source, was = "labelled", "earlier_labelled"
    else:
        subscriber_pieces(pieces, columns=wanted)
    ranks = list(enumerate(rules, start=1))
    held = ", ".join(f"{raised_sql(rule)} AS was_{k}" for k, rule in ranks)
    pieces.add("held", f"SELECT subscriber_id AS held_id, {held} FROM {was} WHERE {WARNED_USE}")
    columns = ", ".join(names)
    now = ", ".join(f"{raised_sql(rule)} AS now_{k}" for k, rule in ranks)
    pieces.add("holding", f"SELECT {columns}, {now} FROM {source} WHERE {WARNED_USE}")
    raised = ", ".join(f"(now_{k} AND ({_again(rule)} OR NOT was_{k})) AS raised_{k}" for k, rule in ranks)
    pieces.add(
        "tested",
        f"""SELECT {", ".join(f"n.{name}" for name in names)}, {raised}
FROM holding n JOIN held h ON h.held_id = n.subscriber_id
LEFT JOIN moved m ON m.subscriber_id = n.subscriber_id""",
    )
    return told_text(pieces, rules, names)


def _again(rule: WarningRule) -> str:
    """Whether an event that the day brought raises the rule anew."""
    triggers = sorted({event for column, event in TRIGGERS.items() if column in words(rule.sql)})
    tests = [f"COALESCE(m.new_{event}, 0) > 0" for event in triggers]
    return f"({' OR '.join(tests)})" if tests else "FALSE"


def _absent(inputs: Mapping[str, Partition | Sequence[Partition]]) -> frozenset[str]:
    """What the day does not know: as in the month before, but for events and for what its balances bring."""
    line, feature, balance = (inputs.get(name) for name in ("book_line", "book_feature", "balance"))
    if not isinstance(line, Partition) or not isinstance(feature, Partition):
        raise TypeError("book_line and book_feature are one partition each")
    brought: frozenset[str] = frozenset()
    if isinstance(balance, Partition):
        brought = _BALANCES - set(balance.manifest.note.get("missing_columns", ()))
    return absent_columns(line, feature, brought=brought) - FROM_EVENTS
