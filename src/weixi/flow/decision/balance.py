"""Who gets how much: the ceiling of every band on a month's data, and tasks by class beside the base."""

from dataclasses import dataclass

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.decision.tables import PLAN_LINE
from weixi.flow.segment import LABELLED_COLUMNS, labelled_inputs, labelled_pieces
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Category, ContractKind
from weixi.playbook import Ceiling, Playbook

EXPECTED = 3
"""A class whose share of the tasks would be so many has at least one, or the plan leaves it out."""


@dataclass(frozen=True, slots=True)
class BandValue:
    """One band: the dearest offer that the rules allow it, and the dearest that its lines may get on the month's data.

    `ceiling_fen` is None where an offer's cost depends on the line; `mean_fen` is the mean over the band's lines.
    """

    band: str
    text: Text
    lines: int
    ceiling_fen: int | None
    offer: str | None
    highest_fen: int
    mean_fen: int
    is_richer: bool


@dataclass(frozen=True, slots=True)
class ClassShare:
    """One class: its lines in service, those that a task of the plan lists, and both shares (0–1)."""

    code: str
    text: Text
    base: int
    tasked: int
    base_share: float
    task_share: float
    is_left_out: bool

    @property
    def ratio(self) -> float | None:
        """Share of tasks ÷ share of base: 1 is in proportion; None without a base."""
        return self.task_share / self.base_share if self.base_share else None


@dataclass(frozen=True, slots=True)
class Balance:
    """The base and the tasks by service class and by contract, each the whole of the lines in service."""

    category: tuple[ClassShare, ...]
    contract: tuple[ClassShare, ...]

    @property
    def left_out(self) -> tuple[ClassShare, ...]:
        """The classes that the plan passes over."""
        return tuple(share for share in (*self.category, *self.contract) if share.is_left_out)


def band_values(
    store: Store, playbook: Playbook, month: Month, ceilings: tuple[Ceiling, ...]
) -> list[BandValue]:
    """The ceilings on the month's data, lowest band first; offers with a signed exemption are left out."""
    pieces = _base(playbook, frozenset({"band"}).union(*(offer.columns for offer in playbook.offers)))
    worth = [
        f"CASE WHEN {' AND '.join(['TRUE', *(f'({c.sql})' for c in offer.conditions)])} "
        f"THEN COALESCE(CAST({offer.cost_sql} AS BIGINT), 0) ELSE 0 END"
        for offer in playbook.offers
        if offer.existing and playbook.exemption(offer.code, "CEILING") is None
    ]
    pieces.add(
        "worth", f"SELECT band, CAST(GREATEST({', '.join([*worth, '0'])}, 0) AS BIGINT) AS fen FROM base"
    )
    rows = store.rows(
        pieces.text(
            """SELECT band, COUNT(*) AS lines, MAX(fen) AS highest_fen,
                CAST(SUM(fen) AS BIGINT) // NULLIF(COUNT(*), 0) AS mean_fen
            FROM worth GROUP BY band"""
        ),
        inputs=labelled_inputs(store, month),
        parameters={"as_of": month.last},
    )
    found = {str(row["band"]): row for row in rows}
    most = [max(c.fen, int(found[c.band]["highest_fen"]) if c.band in found else 0) for c in ceilings]
    return [
        BandValue(
            c.band,
            c.text,
            int(found[c.band]["lines"]) if c.band in found else 0,
            None if c.open else c.fen,
            c.offer,
            int(found[c.band]["highest_fen"]) if c.band in found else 0,
            int(found[c.band]["mean_fen"]) if c.band in found else 0,
            k + 1 < len(ceilings) and most[k] > most[k + 1],
        )
        for k, c in enumerate(ceilings)
    ]


def band_lines(store: Store, playbook: Playbook, month: Month) -> pa.Table:
    """The band of every line of the whole network: `subscriber_id`, `band`. What `band_values` counts, line by line."""
    return store.arrow(
        _base(playbook, frozenset({"band"})).text("SELECT subscriber_id, band FROM base"),
        inputs=labelled_inputs(store, month),
        parameters={"as_of": month.last},
    )


def balance(store: Store, playbook: Playbook, month: Month) -> Balance:
    """The plan that the month's data made, by class, beside the lines in service."""
    plan = store.require(PLAN_LINE, month=month.plus(1).number)
    pieces = _base(playbook, frozenset({"category", "contract_kind"}))
    pieces.add("tasked", "SELECT DISTINCT subscriber_id AS tasked_id FROM plan_line")
    rows = store.rows(
        pieces.text(
            f"""SELECT category, COALESCE(contract_kind, '{ContractKind.NONE}') AS contract_kind, COUNT(*) AS base,
                CAST(SUM(CASE WHEN tasked_id IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS tasked
            FROM base LEFT JOIN tasked ON subscriber_id = tasked_id
            GROUP BY category, COALESCE(contract_kind, '{ContractKind.NONE}')"""
        ),
        inputs={**labelled_inputs(store, month), "plan_line": plan},
        parameters={"as_of": month.last},
    )
    found = [(str(r["category"]), str(r["contract_kind"]), int(r["base"]), int(r["tasked"])) for r in rows]
    return Balance(
        _shares([(c, b, t) for c, _, b, t in found], {c.value: c.text for c in Category}),
        _shares([(k, b, t) for _, k, b, t in found], {k.value: k.text for k in ContractKind}),
    )


def _shares(rows: list[tuple[str, int, int]], names: dict[str, Text]) -> tuple[ClassShare, ...]:
    base, tasks = sum(row[1] for row in rows), sum(row[2] for row in rows)
    shares = []
    for code, text in names.items():
        own = sum(row[1] for row in rows if row[0] == code)
        tasked = sum(row[2] for row in rows if row[0] == code)
        if own:
            shares.append(
                ClassShare(
                    code,
                    text,
                    own,
                    tasked,
                    own / base,
                    tasked / tasks if tasks else 0.0,
                    tasked == 0 and own * tasks >= EXPECTED * base,
                )
            )
    return tuple(shares)


def _base(playbook: Playbook, columns: frozenset[str]) -> Pipeline:
    """`base`: those columns of the labelled lines of the whole network."""
    network = playbook.cohort("network")
    named = {"subscriber_id", *columns}
    pieces = Pipeline()
    labelled_pieces(pieces, named | network.columns)
    shown = ", ".join(name for name in LABELLED_COLUMNS if name in named)
    pieces.add("base", f"SELECT {shown} FROM labelled WHERE {network.sql}")
    return pieces
