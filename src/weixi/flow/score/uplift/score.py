"""The uplift of every warned line, by offer, and how sure that is: sealed, for the decision to read."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.score.uplift.evidence import Effect
from weixi.flow.score.uplift.people import known_of, warned
from weixi.flow.score.uplift.study import Study
from weixi.flow.score.uplift.told import arms_note
from weixi.flow.score.uplift.trial import CONTACT, ArmEffect, BookTrial, NoEffect
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Playbook

PPM = 1_000_000

_METHOD = "learner by Qini, doubly robust tenths, arms drawn, few told, 5"
"""Another way of estimating, or another note, is another recipe."""


def uplift_column(code: str) -> str:
    """The column with an arm's uplift, ppm of the chance to stay; null where nothing is known."""
    return f"uplift_{code}_ppm"


def effect_column(code: str) -> str:
    """The column that says what is known of an arm's effect on people like the line."""
    return f"effect_{code}"


def uplift_table(playbook: Playbook) -> Table:
    """The table that this playbook's offers make: two columns for contact as such, and two an offer."""
    arms = [(CONTACT, "any contact"), *((offer.code, offer.text.en) for offer in playbook.offers)]
    columns = [
        column
        for code, words in arms
        for column in (
            Column(
                uplift_column(code),
                T.BIGINT,
                f"{words}: rise of the chance to stay, parts per million; null: nothing is known",
            ),
            Column(
                effect_column(code),
                T.VARCHAR,
                f"{words}: what is known of its effect on people with such an uplift",
                required=True,
                values=Effect,
            ),
        )
    ]
    return Table(
        name="uplift_score",
        grain="one warned line: by how much contact, and each offer, would raise its chance to stay; sealed",
        partition=("month",),
        key=("subscriber_id",),
        columns=(Column("subscriber_id", T.BIGINT, "surrogate key of the line", required=True), *columns),
    )


def uplift_origin(
    playbook: Playbook, month: Month, seed: int, learnt: Sequence[str], known: Sequence[str]
) -> str:
    """What a month's uplift is made of: the playbook, the partitions learnt from, those of the lines scored."""
    return fingerprint(_METHOD, playbook.fingerprint, str(month), str(seed), *learnt, *known)


def score_uplift(
    store: Store,
    playbook: Playbook,
    month: Month,
    trial: BookTrial | NoEffect,
    arms: Sequence[ArmEffect],
    *,
    seed: int,
    origin: str | None = None,
) -> Partition:
    """Write the uplift of every line that the month warned of, in the latest state of knowledge.

    `origin` is given where the caller knew it before the trial was read (`uplift_origin`). Nothing is known (UNKNOWN,
    null) of an arm without a study, of a line whose household is never held out, and of a line unlike all to whom the
    offer was made or not made by chance. Raises DataError where the month was not run.
    """
    rows = warned(store, playbook, month)
    table = uplift_table(playbook)
    columns: dict[str, pa.Array] = {"subscriber_id": rows["subscriber_id"].combine_chunks()}
    kind = rows["kind"].to_numpy(zero_copy_only=False)
    in_trial = rows["held_share"].to_numpy(zero_copy_only=False) > 0
    matrix = None if isinstance(trial, NoEffect) else trial.encoding.matrix(rows)
    studies = {arm.code: arm.found for arm in arms if isinstance(arm.found, Study)}
    for code in (CONTACT, *(offer.code for offer in playbook.offers)):
        uplift = np.full(rows.num_rows, np.nan)
        effect = np.full(rows.num_rows, Effect.UNKNOWN.value, dtype=object)
        if matrix is not None and code in studies and rows.num_rows:
            like = in_trial & studies[code].is_like(matrix)
            uplift[like] = studies[code].model(matrix[like])
            effect[like] = [each.value for each in studies[code].effect_of(uplift[like], kind[like])]
        whole = np.where(np.isnan(uplift), 0, np.rint(uplift * PPM)).astype(np.int64)
        columns[uplift_column(code)] = pa.array(whole, mask=np.isnan(uplift))
        columns[effect_column(code)] = pa.array(effect.tolist(), pa.string())
    made = pa.table(columns).cast(arrow_schema(table))
    learnt = () if isinstance(trial, NoEffect) else trial.origin
    made_of = origin or uplift_origin(playbook, month, seed, learnt, known_of(store, month))
    return store.put(
        table,
        {"month": month.number},
        made.to_batches(),
        origin=made_of,
        seal=True,
        note={
            "playbook": playbook.fingerprint,
            "origin": made_of,
            "learnt_from": list(learnt),
            "seed": seed,
            **arms_note(arms),
        },
    )
