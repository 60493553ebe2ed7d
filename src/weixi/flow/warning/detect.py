"""Which lines a month's data warns of, when to act and why: one pass over the labelled lines."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from weixi.dialect.compose import Pipeline, words
from weixi.dialect.expression import open_test
from weixi.engine import Partition, Store
from weixi.flow.book import (
    FEATURE,
    SUBSCRIBER_COLUMNS,
    SUBSCRIBER_MONTH,
    household_key_sql,
    subscriber_pieces,
)
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.flow.warning.missing import absent_columns, lacking, sources, trimmed, trimmings
from weixi.flow.warning.quota import Quotas, quota_pieces, quotas_of
from weixi.flow.warning.tables import WARNING
from weixi.kernel.period import Month
from weixi.kernel.terms import LineUse
from weixi.playbook import Playbook, WarningRule

# A rule whose own condition names one of these speaks of lines that have left, and says so itself.
EXIT_COLUMNS = frozenset({"exit_date", "exit_type", "days_since_exit"})

WARNED_USE = f"line_use = '{LineUse.COMMERCIAL}'"
"""What holds for every line that is warned of; asked once, for it is false for few."""

_OWN = frozenset({"subscriber_id", "household_id", "revenue_3m_fen", "line_use", "is_in_service"})


def detect(store: Store, playbook: Playbook, month: Month) -> Partition:
    """The warnings that the month's data raises, one row a warned line; tasks fall into the month after.

    A warning whose condition or day needs columns that the book lacks is left out and named in the note
    `not_computable`; where only levels or reasons need them, these are left out (note `partly_computable`).
    """
    line = store.require(SUBSCRIBER_MONTH, month=month.number)
    feature = store.require(FEATURE, month=month.number)
    absent = absent_columns(line, feature)
    rules = [trimmed(rule, absent) for rule in playbook.warnings if not lacking(rule, absent)]
    note = {
        "not_computable": {
            r.code: sources(lacking(r, absent), absent) for r in playbook.warnings if lacking(r, absent)
        },
        "partly_computable": {
            r.code: sources(trimmings(r, absent), absent)
            for r in playbook.warnings
            if trimmings(r, absent) and not lacking(r, absent)
        },
        "playbook": playbook.fingerprint,
    }
    key = {"month": month.number}
    if not rules:
        origin = json.dumps([line.fingerprint, feature.fingerprint, note], sort_keys=True)
        return store.put(WARNING, key, [], origin=origin, note=note)
    plan = month.plus(1)
    return store.write(
        WARNING,
        key,
        warning_text(rules, quotas_of(playbook, [rule.code for rule in rules])),
        inputs={
            "line": line,
            "feature": feature,
            "label": store.require(LABEL, month=month.number),
        },
        parameters={"as_of": month.last, "plan_first": plan.first, "plan_last": plan.last},
        note=note,
    )


def raised_sql(rule: WarningRule) -> str:
    """Whether the rule names a line of WARNED_USE: one in service, unless the rule speaks of exits itself."""
    return _in_scope(rule, rule.sql)


def _in_scope(rule: WarningRule, test: str) -> str:
    return f"({test})" if EXIT_COLUMNS & words(rule.sql) else f"(is_in_service AND ({test}))"


def warning_text(rules: Sequence[WarningRule], quotas: Quotas | None = None) -> str:
    """The statement over `line`, `feature` and `label` that gives the rows of WARNING, its levels within quotas."""
    ranks = range(1, len(rules) + 1)
    pieces = Pipeline()
    wanted = needed(rules) | (LABELLED_COLUMNS.keys() & words(quotas.base_sql if quotas else ""))
    # The labels are joined only where a rule names one: the join reads every line of the month.
    source = "labelled" if wanted - SUBSCRIBER_COLUMNS.keys() else "subscriber"
    if source == "labelled":
        labelled_pieces(pieces, wanted)
    else:
        subscriber_pieces(pieces, columns=wanted)
    names = [name for name in LABELLED_COLUMNS if name in wanted]
    columns = ", ".join(names)
    tests = ", ".join(
        f"{_in_scope(rule, open_test(rule.sql))} AS raised_{k}" for k, rule in zip(ranks, rules, strict=True)
    )
    pieces.add("tested", f"SELECT {columns}, {tests} FROM {source} WHERE {WARNED_USE}")
    return told_text(pieces, rules, names, quotas, source)


def told_text(
    pieces: Pipeline,
    rules: Sequence[WarningRule],
    names: Iterable[str],
    quotas: Quotas | None = None,
    source: str = "",
) -> str:
    """The rows of WARNING from the piece `tested`: the columns `names` and, a rule, whether it is raised (`raised_k`).

    Needs `$plan_first` and `$plan_last`, between which tasks fall. With `quotas` the levels are kept within them, as
    shares of the lines in the piece `source`.
    """
    ranks = range(1, len(rules) + 1)
    # Most lines are not warned of: the text that names a household is made for the others alone.
    columns = ", ".join(name for name in names if name != "household_key")
    flags = ", ".join(f"raised_{k}" for k in ranks)
    first = " ".join(f"WHEN raised_{k} THEN {k}" for k in ranks)
    asked = Counter(open_test(reason.sql) for rule in rules for reason in rule.reasons)
    shared = {
        test: f"holds_{n}"
        for n, test in enumerate((test for test, times in asked.items() if times > 1), start=1)
    }
    tests = "".join(f", {test} AS {name}" for test, name in shared.items())
    kinds = _joined([(f"raised_{k}", rule.code) for k, rule in zip(ranks, rules, strict=True)])
    pieces.add(
        "ranked",
        f"""SELECT {columns}, {flags}, CAST(CASE {first} END AS INTEGER) AS kind_rank, {kinds} AS kinds,
            {household_key_sql("t")} AS household_key{tests}
        FROM tested t WHERE {" OR ".join(f"raised_{k}" for k in ranks)}""",
    )
    pieces.add(
        "timed",
        f"""SELECT subscriber_id, household_key, kind_rank, revenue_3m_fen AS revenue_at_risk_fen,
            CASE {_by_rank(rules, lambda rule: f"'{rule.code}'")} END AS kind, kinds,
            {_levels(rules)} AS level,
            COALESCE(CASE {_by_rank(rules, lambda rule: f"({rule.happens_sql})")} END, $plan_first) AS happens_date,
            CASE {_by_rank(rules, lambda rule: f"CAST({-rule.act_before_days} AS INTEGER)")} END AS lead_days,
            concat_ws(',', NULLIF({_own_reasons(rules, shared)}, ''),
                NULLIF({_other_reasons(rules, shared)}, '')) AS reasons
        FROM ranked""",
    )
    last = "timed" if quotas is None else quota_pieces(pieces, quotas, source, "timed", _TIMED)
    return pieces.text(
        f"""SELECT subscriber_id, household_key, kind, kinds, kind_rank, level, happens_date,
            LEAST(GREATEST($plan_first, happens_date + lead_days), $plan_last) AS task_date,
            NULLIF(split_part(reasons, ',', 1), '') AS reason_1,
            NULLIF(split_part(reasons, ',', 2), '') AS reason_2,
            NULLIF(split_part(reasons, ',', 3), '') AS reason_3,
            revenue_at_risk_fen
        FROM {last}"""
    )


_TIMED = (
    "subscriber_id", "household_key", "kind_rank", "revenue_at_risk_fen", "kind", "kinds", "level", "happens_date",
    "lead_days", "reasons",
)  # fmt: skip


def needed(rules: Sequence[WarningRule]) -> frozenset[str]:
    """The columns of LABELLED_COLUMNS that the rules' texts name, and those that every statement needs."""
    texts = [text for rule in rules for text in (rule.sql, rule.happens_sql)]
    texts += [level.sql for rule in rules for level in rule.levels]
    texts += [reason.sql for rule in rules for reason in rule.reasons]
    return frozenset(LABELLED_COLUMNS.keys() & (words(*texts) | _OWN))


def _by_rank(rules: Sequence[WarningRule], value: Callable[[WarningRule], str]) -> str:
    return " ".join(f"WHEN kind_rank = {k} THEN {value(rule)}" for k, rule in enumerate(rules, start=1))


def _levels(rules: Sequence[WarningRule]) -> str:
    """The leading warning's first level that holds; BLUE where none does."""
    return f"CASE {_by_rank(rules, _level)} ELSE 'BLUE' END"


def _level(rule: WarningRule) -> str:
    tests = " ".join(f"WHEN {open_test(level.sql)} THEN '{level.level}'" for level in rule.levels)
    return f"CASE {tests} ELSE 'BLUE' END" if tests else "'BLUE'"


def _joined(tests: Sequence[tuple[str, str]]) -> str:
    """The codes whose test holds, in order, joined by commas; '' where none does."""
    if not tests:
        return "''"
    return (
        f"concat_ws(',', {', '.join(f'CASE WHEN {test} THEN {_quoted(code)} END' for test, code in tests)})"
    )


def _own_reasons(rules: Sequence[WarningRule], shared: Mapping[str, str]) -> str:
    """The leading warning's reasons that hold: those of one rule are asked of a line, not those of all.

    `shared` names the tests that several rules ask.
    """
    return f"CASE {_by_rank(rules, lambda rule: _joined(list(_reasons(rule, shared))))} END"


def _reasons(rule: WarningRule, shared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for reason in rule.reasons:
        test = open_test(reason.sql)
        yield shared.get(test, test), reason.code


def _other_reasons(rules: Sequence[WarningRule], shared: Mapping[str, str]) -> str:
    """The reasons of the line's other warnings that the leading one does not ask for; null where it has but one."""
    others: dict[str, list[tuple[int, str]]] = {}
    for k, rule in enumerate(rules, start=1):
        for test, code in _reasons(rule, shared):
            others.setdefault(code, []).append((k, test))
    beside = [
        (
            f"kind_rank NOT IN ({', '.join(str(k) for k, _ in given)}) AND "
            f"({' OR '.join(f'(raised_{k} AND {test})' for k, test in given)})",
            code,
        )
        for code, given in others.items()
    ]
    return f"CASE WHEN contains(kinds, ',') THEN {_joined(beside)} END"


def _quoted(code: str) -> str:
    return "'" + code.replace("'", "''") + "'"
