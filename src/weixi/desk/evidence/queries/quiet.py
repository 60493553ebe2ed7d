"""勿扰名单: the warned lines that contact would harm, as the sealed uplift scores say, in the viewer's territory."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from weixi.desk.base.book import playbook, store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.evidence.queries.uplift_card import Arm, arms_of
from weixi.desk.org.queries import names_of_nodes, paths_of_nodes
from weixi.desk.scorecard.queries.kept import Kept
from weixi.desk.subscriber.queries.several import MOST, identities_of
from weixi.engine import Partition
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.score import CONTACT, Effect, effect_column, uplift_column, uplift_table
from weixi.flow.warning import WARNING
from weixi.kernel.language import Text

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class QuietRow:
    """One line that contact would harm: of a hundred like it, `more_leave` more leave when they are contacted."""

    subscriber_id: int
    number: str
    kind: Text
    more_leave: float
    unit: str


@dataclass(frozen=True)
class QuietList:
    """One page of the list from `start` on (`after` begins the next), and how many warned lines are of which effect.

    `contact` is what the trial of contact says as a whole.
    """

    sealed: Sealed
    counts: Mapping[Effect, int]
    rows: tuple[QuietRow, ...]
    start: int
    after: int | None
    contact: Arm | None

    @property
    def warned(self) -> int:
        """Warned lines in the territory."""
        return sum(self.counts.values())

    @property
    def harmed(self) -> int:
        """Those that contact would harm."""
        return self.counts.get(Effect.HARMS, 0)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of anybody's effect."""
        return any(count for effect, count in self.counts.items() if effect is not Effect.UNKNOWN)

    @property
    def tally(self) -> tuple[tuple[Text, int], ...]:
        """The effects in words with their counts."""
        return tuple((effect.text, self.counts.get(effect, 0)) for effect in Effect)


@dataclass(frozen=True)
class _Scored:
    """The counts by unit and effect, and the lines that contact would harm, the most harmed first."""

    counts: pa.Table
    harmed: pa.Table


_scored: Kept[_Scored] = Kept(4)


def quiet_list(territory: tuple[str, ...], asked: str = "", start: int = 0) -> QuietList | None:
    """The list of that month or of the latest inside the territory; None where no effect was scored yet."""
    plan = playbook()
    sealed = choose(uplift_table(plan), asked)
    if sealed is None:
        return None
    found = _of(sealed)
    units = [code for code in pc.unique(found.counts["unit_code"]).to_pylist() if code]
    mine = [code for code, path in paths_of_nodes(units).items() if path.startswith(territory)]
    allowed = pa.array(sorted(mine), pa.string())
    counts = found.counts.filter(pc.is_in(found.counts["unit_code"], value_set=allowed))
    totals: dict[Effect, int] = {}
    for row in counts.to_pylist():
        effect = Effect(row["effect"])
        totals[effect] = totals.get(effect, 0) + row["line_count"]
    harmed = found.harmed.filter(pc.is_in(found.harmed["unit_code"], value_set=allowed))
    page = harmed.slice(start, MOST).to_pylist()
    who = identities_of([row["subscriber_id"] for row in page])
    names = names_of_nodes({row["unit_code"] for row in page})
    kinds = {rule.code: rule.text for rule in plan.warnings}
    return QuietList(
        sealed=sealed,
        counts=totals,
        rows=tuple(
            QuietRow(
                row["subscriber_id"],
                who[row["subscriber_id"]].number_masked if row["subscriber_id"] in who else "",
                kinds.get(row["kind"], Text(row["kind"], row["kind"])),
                -100 * row["uplift"] / PPM,
                names.get(row["unit_code"], row["unit_code"]),
            )
            for row in page
        ),
        start=start,
        after=start + MOST if start + MOST < harmed.num_rows else None,
        contact=next((arm for arm in arms_of(sealed, plan) if arm.code == CONTACT), None),
    )


def _of(sealed: Sealed) -> _Scored:
    """Every warned line with its unit: read once for each state of the data."""
    inputs = {
        "scored": sealed.partition,
        "assignment": store().require(ASSIGNMENT, month=sealed.month.number),
        "warning": store().require(WARNING, month=sealed.month.number),
    }
    key = (str(store().home), str(sealed.month), *(each.fingerprint for each in inputs.values()))
    return _scored.get(key, lambda: _read(inputs))


def _read(inputs: Mapping[str, Partition]) -> _Scored:
    effect, uplift = effect_column(CONTACT), uplift_column(CONTACT)
    whose = "LEFT JOIN assignment AS a ON a.subscriber_id = s.subscriber_id"
    counts = store().arrow(
        f"""SELECT unit_code, effect, COUNT(*) AS line_count
FROM (SELECT COALESCE(a.unit_code, '') AS unit_code, s.{effect} AS effect FROM scored AS s {whose}) AS placed
GROUP BY unit_code, effect ORDER BY unit_code, effect""",
        inputs={name: inputs[name] for name in ("scored", "assignment")},
    )
    harmed = store().arrow(
        f"""SELECT s.subscriber_id, s.{uplift} AS uplift, w.kind, COALESCE(a.unit_code, '') AS unit_code
FROM scored AS s JOIN warning AS w ON w.subscriber_id = s.subscriber_id {whose}
WHERE s.{effect} = '{Effect.HARMS}' ORDER BY uplift, subscriber_id""",
        inputs=inputs,
    )
    return _Scored(counts, harmed)
