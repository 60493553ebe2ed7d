"""勿扰名单: the warned lines that contact would harm, as the sealed uplift scores say, in the viewer's territory."""

from collections.abc import Collection, Mapping
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
from weixi.flow.score import CONTACT, LAPSE, Effect, effect_column, harmed_lines, uplift_table
from weixi.flow.warning import WARNING
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

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

    `contact` is what the trial of contact says as a whole, `lapse` how long somebody stays on the list.
    """

    sealed: Sealed
    counts: Mapping[Effect, int]
    rows: tuple[QuietRow, ...]
    start: int
    after: int | None
    contact: Arm | None
    lapse: Text = LAPSE

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
    """The counts by unit and effect; the lines that contact would harm, the most harmed first, each with its unit.

    Columns, not objects: on a bad month they are a quarter of a million.
    """

    counts: tuple[tuple[str, Effect, int], ...]
    harmed: pa.Table

    def of_units(self, units: Collection[str]) -> pa.Table:
        """Those of these units, in their order."""
        return self.harmed.filter(pc.is_in(self.harmed["unit_code"], pa.array(sorted(units), pa.string())))


_scored: Kept[_Scored] = Kept(4)


def quiet_list(territory: tuple[str, ...], asked: str = "", start: int = 0) -> QuietList | None:
    """The list of that month or of the latest inside the territory; None where no effect was scored yet."""
    plan = playbook()
    sealed = choose(uplift_table(plan), asked)
    if sealed is None:
        return None
    found = _of(sealed, plan)
    units = paths_of_nodes(unit for unit, _, _ in found.counts)
    mine = {code for code, path in units.items() if path.startswith(territory)}
    totals: dict[Effect, int] = {}
    for unit, effect, lines in found.counts:
        if unit in mine:
            totals[effect] = totals.get(effect, 0) + lines
    harmed = found.of_units(mine)
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
                -100 * row["uplift_ppm"] / PPM,
                names.get(row["unit_code"], row["unit_code"]),
            )
            for row in page
        ),
        start=start,
        after=start + MOST if start + MOST < harmed.num_rows else None,
        contact=next((arm for arm in arms_of(sealed, plan) if arm.code == CONTACT), None),
    )


def _of(sealed: Sealed, plan: Playbook) -> _Scored:
    """Every warned line with its unit: read once for each state of the data."""
    inputs = {
        "scored": sealed.partition,
        "assignment": store().require(ASSIGNMENT, month=sealed.month.number),
        "warning": store().require(WARNING, month=sealed.month.number),
    }
    key = (str(store().home), str(sealed.month), *(each.fingerprint for each in inputs.values()))
    return _scored.get(key, lambda: _read(inputs, plan, sealed.month))


def _read(inputs: Mapping[str, Partition], plan: Playbook, month: Month) -> _Scored:
    placed = f"""SELECT s.subscriber_id, COALESCE(a.unit_code, '') AS unit_code, s.{effect_column(CONTACT)} AS effect
FROM scored AS s LEFT JOIN assignment AS a ON a.subscriber_id = s.subscriber_id"""
    given = {name: inputs[name] for name in ("scored", "assignment")}
    counts = store().rows(
        f"""SELECT unit_code, effect, COUNT(*) AS line_count FROM ({placed}) AS placed
GROUP BY unit_code, effect ORDER BY unit_code, effect""",
        inputs=given,
    )
    units = store().arrow(
        f"SELECT subscriber_id, unit_code FROM ({placed}) AS placed WHERE effect = '{Effect.HARMS}'",
        inputs=given,
    )
    harmed = harmed_lines(store(), plan, month)
    at = pc.index_in(harmed["subscriber_id"], units["subscriber_id"].cast(pa.int64()).combine_chunks())
    return _Scored(
        tuple((row["unit_code"], Effect(row["effect"]), row["line_count"]) for row in counts),
        harmed.append_column("unit_code", units["unit_code"].combine_chunks().take(at.combine_chunks())),
    )
