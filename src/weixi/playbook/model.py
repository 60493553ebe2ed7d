"""A compiled playbook: frozen values whose `sql` is checked and ready to paste into a step.

`when`, `happens` and `cost` beside it are the expression as it is written. Scopes of the expressions: grades, stages,
clusters, categories, cohorts and silences name the columns of `Vocabulary.subscriber`; warnings, offers, hold-outs and
measures those of `Vocabulary.labelled`; a warning's success test those of `Vocabulary.outcome`. Every condition is
boolean and never NULL.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from weixi.dialect.types import ColumnType
from weixi.kernel.language import Text
from weixi.playbook.allocation import AllocationRule
from weixi.playbook.condition import Condition
from weixi.playbook.contact_cost import ContactCosts
from weixi.playbook.measure import Lever, Measure
from weixi.playbook.narrative import Role, Statement
from weixi.playbook.offer import Exemption, HoldoutRule, Offer, Pool
from weixi.playbook.score import Scoring
from weixi.playbook.service import Service
from weixi.playbook.source import Source
from weixi.playbook.value import Valuation

Value = int | Decimal | str | date | bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """How one column is said. Its value counts `unit`: fen, day, month, time, piece, second, kb, year, or "" (none).

    Of a truth value `noun` is what holds, `lacking` what holds when it does not. Of a figure or a day `present` says
    that there is one above 0, `lacking` that there is none; `none` says that it is not known (NULL).
    """

    noun: Text
    unit: str = ""
    present: Text | None = None
    lacking: Text | None = None
    none: Text | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The columns that a playbook may name, column name → type, one mapping for each scope.

    `subscriber` holds the book's and the features' columns, the derived ones and `is_key_revenue`;
    `labelled` the same with the five labels; `outcome` the columns `was_*`, `now_*` and the window's sums.
    `words` closes the vocabulary of some columns of any scope: a comparison with another word is an error
    (the codes of bands are added by the playbook itself). `spoken` gives the column that a Chinese word means,
    `phrases` says the columns in words; `calibres` says, by id, in words what a calibre counts.
    """

    subscriber: Mapping[str, ColumnType]
    labelled: Mapping[str, ColumnType]
    outcome: Mapping[str, ColumnType]
    words: Mapping[str, Collection[str]] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    calibres: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named figure. `value` is in `unit`: yuan, days, months, count, percent (0–100) or rate (0–1)."""

    name: str
    value: Value
    unit: str
    text: Text
    source: Source


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a first-match list: rows for which `sql` holds get `value`. The last rule's `sql` is TRUE."""

    value: str
    when: str
    sql: str
    text: Text
    source: Source
    columns: frozenset[str] = frozenset()
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One half-open band [low, high) of money in fen; None is no edge on that side."""

    code: str
    text: Text
    low_fen: int | None
    high_fen: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class CohortRule:
    """One population that is frozen and sealed on the last day of the base month."""

    code: str
    text: Text
    sql: str
    source: Source
    columns: frozenset[str] = frozenset()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """One rule that forbids every retention contact to the lines it holds for."""

    code: str
    text: Text
    sql: str
    source: Source
    columns: frozenset[str] = frozenset()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One urgency of a warning; the first whose `sql` holds counts, the last one's is TRUE."""

    level: str
    sql: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason a warning may give. `columns` are the `{column}` placeholders of its text."""

    code: str
    sql: str
    text: Text
    columns: frozenset[str] = frozenset()
    when: str = ""


@dataclass(frozen=True, slots=True)
class WarningRule:
    """One warning: who (`sql`), when it happens (`happens_sql`, a DATE), when to act, what counts as success.

    `columns` are all columns of the book, features and labels that it needs, its reasons' texts included;
    `success` names columns of the outcome. `assessed`: its tasks count in the completion rate. `script` is how to open
    the conversation and `script_columns` its `{column}`s: the warning can be computed without them.
    """

    code: str
    text: Text
    task_type: str
    sql: str
    happens_sql: str
    act_before_days: int
    window_days: int
    levels: tuple[Level, ...]
    reasons: tuple[Reason, ...]
    success: Condition
    columns: frozenset[str]
    channel: str
    source: Source
    assessed: bool = True
    when: str = ""
    happens: str = ""
    script: Text | None = None
    script_columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KpiTarget:
    """One assessed KPI: `rate` (0–1), AT_LEAST or AT_MOST, in the calibre `calibre`; `period` QUARTER, YEAR or None.

    `challenge` is the rate to strive for beyond the line of `rate`, None where the plan names none.
    `weight` (0–1) is its share of the whole score; None: the plan names none.
    """

    kpi: str
    calibre: str
    text: Text
    rate: Decimal
    direction: str
    period: str | None
    source: Source
    challenge: Decimal | None = None
    weight: Decimal | None = None


@dataclass(frozen=True)
class Playbook:
    """One plan, or several composed in order: everything a month's run takes from the business.

    Ordered where order matters: rules by first match, warnings strongest first, offers preferred first.
    `titles` are the titles of the composed playbooks, in order, `documents` those of the documents that sources name.
    `fingerprint` changes when any value does, not when a comment does. `key_share` is the part of a unit's revenue
    that its KEY lines together exceed; between KEY and REGULAR a line changes in the `hold_months`-th month in a row
    that the rules say so.
    """

    name: str
    version: str
    title: Text
    fingerprint: str
    parameters: Mapping[str, Parameter]
    grades: tuple[Rule, ...]
    stages: tuple[Rule, ...]
    clusters: tuple[Rule, ...]
    categories: tuple[Rule, ...]
    bands: tuple[Band, ...]
    handset_bands: tuple[Band, ...]
    key_share: Decimal
    hold_months: int
    cohorts: tuple[CohortRule, ...]
    attachments: tuple[str, ...]
    silences: tuple[Silence, ...]
    warnings: tuple[WarningRule, ...]
    offers: tuple[Offer, ...]
    pools: tuple[Pool, ...]
    holdouts: tuple[HoldoutRule, ...]
    measures: tuple[Measure, ...]
    levers: tuple[Lever, ...]
    kpis: tuple[KpiTarget, ...]
    assessed_sql: str
    exemptions: tuple[Exemption, ...] = ()
    titles: tuple[Text, ...] = ()
    documents: Mapping[str, Text] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    roles: tuple[Role, ...] = ()
    stars: tuple[Band, ...] = ()
    service: Service = field(default_factory=Service)
    value: Valuation | None = None
    allocation: AllocationRule | None = None
    score: Scoring | None = None
    contact_cost: ContactCosts | None = None

    @cached_property
    def reasons(self) -> Mapping[tuple[str, str], Reason]:
        """Each reason by (warning code, reason code)."""
        return {(w.code, r.code): r for w in self.warnings for r in w.reasons}

    def warning(self, code: str) -> WarningRule:
        """The warning of that code. Raises KeyError where there is none."""
        return {w.code: w for w in self.warnings}[code]

    def offer(self, code: str) -> Offer:
        """The offer of that code. Raises KeyError where there is none."""
        return {o.code: o for o in self.offers}[code]

    def cohort(self, code: str) -> CohortRule:
        """The cohort of that code. Raises KeyError where there is none."""
        return {c.code: c for c in self.cohorts}[code]

    def exemption(self, offer: str, rule: str) -> Exemption | None:
        """What exempts the offer from the rule; None where nothing does."""
        return next((e for e in self.exemptions if (e.offer, e.rule) == (offer, rule)), None)

    def kpi(self, kpi: str) -> KpiTarget:
        """The target of that KPI. Raises KeyError where there is none."""
        return {k.kpi: k for k in self.kpis}[kpi]
