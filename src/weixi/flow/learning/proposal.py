"""A change of the playbook that the data speak for, for a person to accept: never applied by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from weixi.dialect.types import ColumnType as T
from weixi.engine import Partition, Store, columns_sql
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.learning.stakes import Ground
from weixi.flow.learning.threshold import Outcome
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term


class ProposalKind(Term):
    """What a proposal changes."""

    THRESHOLD = "THRESHOLD", "预警门槛", "a warning's threshold"
    OFFER_ORDER = "OFFER_ORDER", "优惠次序", "an offer's order"
    HOLDOUT = "HOLDOUT", "留白比例", "a hold-out's share"


FEN_A_MONTH = "FEN_A_MONTH"
"""Unit of an effect: fen a month."""
FEN_A_TASK = "FEN_A_TASK"
"""Unit of an effect: fen a task, by lot."""
ACCEPTANCE = "RATE"
"""Unit of a difference in acceptance (0–1). No effect: who takes an offer would perhaps have stayed anyway."""

PROPOSAL = Table(
    name="proposal",
    grain="one figure or order of the playbook that the month's evidence was asked about; sealed",
    partition=("month",),
    key=("code",),
    columns=(
        C("code", T.VARCHAR, "what it is accepted by", required=True),
        C("kind", T.VARCHAR, "what it changes", required=True, values=ProposalKind),
        C("outcome", T.VARCHAR, "BETTER: proposed; else why it is not", required=True, values=Outcome),
        C("file", T.VARCHAR, "the playbook's file", required=True),
        C("line", T.INTEGER, "the line there", required=True),
        C("path", T.VARCHAR, "the figure, as in parameter.name.value, or offer:code", required=True),
        C("value_now", T.VARCHAR, "today's value, shares in percent", required=True),
        C("value_proposed", T.VARCHAR, "the value proposed; '' for none", required=True),
        C("unit_zh", T.VARCHAR, "its unit", required=True),
        C("unit_en", T.VARCHAR, "its unit in English", required=True),
        C("text_zh", T.VARCHAR, "what is proposed, in words", required=True),
        C("text_en", T.VARCHAR, "the same in English", required=True),
        C("evidence_zh", T.VARCHAR, "what speaks for it, and what it rests on", required=True),
        C("evidence_en", T.VARCHAR, "the same in English", required=True),
        C("figures", T.VARCHAR, "the evidence's figures by name: JSON", required=True),
        C("effect", T.DOUBLE, "what it is foretold to bring, in `effect_unit`; null: not foretold"),
        C("low", T.DOUBLE, "lower end of its interval"),
        C("high", T.DOUBLE, "upper end"),
        C("effect_unit", T.VARCHAR, "FEN_A_MONTH, FEN_A_TASK, RATE (of acceptance) or ''", required=True),
        C("ground", T.VARCHAR, "what the effect rests on", required=True, values=Ground),
    ),
)


@dataclass(frozen=True)
class Evidence:
    """What speaks for a proposal: words, figures by name, and the effect with its interval (None: none is foretold)."""

    text: Text
    figures: Mapping[str, float | int | str]
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    effect_unit: str = ""
    ground: Ground = Ground.MEASURED


@dataclass(frozen=True)
class Proposal:
    """One row of PROPOSAL: `outcome` BETTER is proposed, the others say why nothing is.

    `value_now` and `value_proposed` are as people read them: shares in percent. An offer's order has `path`
    `offer:<code>`, and as values the offer that stands before it now and the one before which it should stand.
    """

    code: str
    kind: ProposalKind
    outcome: Outcome
    file: str
    line: int
    path: str
    value_now: str
    value_proposed: str
    text: Text
    evidence: Evidence
    unit: Text = field(default_factory=lambda: Text("", ""))

    @property
    def is_proposed(self) -> bool:
        """Whether a person is asked to accept it."""
        return self.outcome is Outcome.BETTER

    def row(self) -> dict[str, object]:
        """The row of PROPOSAL."""
        told = self.evidence
        return {
            "code": self.code,
            "kind": self.kind.value,
            "outcome": self.outcome.value,
            "file": self.file,
            "line": self.line,
            "path": self.path,
            "value_now": self.value_now,
            "value_proposed": self.value_proposed,
            "unit_zh": self.unit.zh,
            "unit_en": self.unit.en,
            "text_zh": self.text.zh,
            "text_en": self.text.en,
            "evidence_zh": told.text.zh,
            "evidence_en": told.text.en,
            "figures": json.dumps(dict(told.figures), ensure_ascii=False, sort_keys=True),
            "effect": told.effect,
            "low": told.low,
            "high": told.high,
            "effect_unit": told.effect_unit,
            "ground": told.ground.value,
        }


def read_proposals(store: Store, month: Month) -> tuple[Proposal, ...]:
    """What the evidence of `month` proposes; nothing where it was not asked."""
    return tuple(each for each in read_asked(store, month) if each.is_proposed)


def read_asked(store: Store, month: Month) -> tuple[Proposal, ...]:
    """Everything that the month's evidence was asked about, what is proposed first."""
    there = store.current(PROPOSAL, month=month.number)
    return () if there is None else _read(store, there)


def find_proposal(store: Store, month: Month, code: str) -> Proposal:
    """The month's proposal of that code. Raises UsageError where there is none."""
    found = read_proposals(store, month)
    for each in found:
        if each.code == code:
            return each
    said = [each.code for each in found]
    raise UsageError(
        "learn.code",
        Text(f"{month} 没有编号为“{code}”的建议", f"{month} has no proposal “{code}”"),
        Text(
            f"可采纳：{'、'.join(said)}" if said else "本月没有可采纳的建议；weixi learn 列出全部",
            f"there are: {', '.join(said)}"
            if said
            else "nothing is proposed this month: weixi learn lists all",
        ),
    )


def _read(store: Store, partition: Partition) -> tuple[Proposal, ...]:
    rows = store.rows(
        f"SELECT {columns_sql(PROPOSAL)} FROM p "
        "ORDER BY CASE outcome WHEN 'BETTER' THEN 0 WHEN 'NOT_BETTER' THEN 1 ELSE 2 END, kind, code",
        inputs={"p": partition},
    )
    return tuple(
        Proposal(
            code=row["code"],
            kind=ProposalKind(row["kind"]),
            outcome=Outcome(row["outcome"]),
            file=row["file"],
            line=row["line"],
            path=row["path"],
            value_now=row["value_now"],
            value_proposed=row["value_proposed"],
            text=Text(row["text_zh"], row["text_en"]),
            evidence=Evidence(
                Text(row["evidence_zh"], row["evidence_en"]),
                json.loads(row["figures"]),
                row["effect"],
                row["low"],
                row["high"],
                row["effect_unit"],
                Ground(row["ground"]),
            ),
            unit=Text(row["unit_zh"], row["unit_en"]),
        )
        for row in rows
    )
