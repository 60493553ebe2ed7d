"""A synthetic month to allocate: subscribers with values and costs of twelve measures, and 10, 310 or 3,010 limits."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weixi.engine.wire import arrow_schema
from weixi.flow.decision import Choice, Kind, Limit, Sense, wide_table
from weixi.kernel.language import Text

SEGMENTS = 4
CHUNK = 250_000
LEFT_ALONE = 0.02

# code, zh, en, mean cost in yuan, minutes of an agent, contacts, pool, mean uplift
MEASURES = (
    ("none", "不打扰", "no contact", 0.0, 0, 0, None, 0.0),
    ("care_message", "关怀短信", "care message", 0.1, 0, 1, None, 0.004),
    ("app_coupon", "掌厅券", "app coupon", 3.0, 0, 1, "gift", 0.012),
    ("data_pack", "流量包", "data pack", 6.0, 0, 1, None, 0.020),
    ("points_gift", "积分礼品", "points gift", 12.0, 0, 1, "gift", 0.030),
    ("care_call", "关怀外呼", "care call", 2.0, 5, 1, None, 0.035),
    ("airtime", "话费赠送", "airtime credit", 20.0, 2, 1, "airtime", 0.050),
    ("prepay_bonus", "存费赠费", "prepay bonus", 40.0, 6, 1, "airtime", 0.085),
    ("plan_change", "套餐优化", "change of tariff", 25.0, 10, 2, None, 0.070),
    ("recontract", "二次捆绑", "recontract", 80.0, 12, 2, None, 0.130),
    ("device_small", "终端优惠 A", "device offer A", 200.0, 15, 2, "device", 0.220),
    ("device_large", "终端优惠 B", "device offer B", 450.0, 15, 2, "device", 0.320),
    ("broadband", "宽带融合", "broadband bundle", 120.0, 20, 3, None, 0.170),
)
OFFERS = tuple(Choice(code, Text(zh, en)) for code, zh, en, *_ in MEASURES)
MINUTES = {k: float(row[4]) for k, row in enumerate(MEASURES) if row[4]}
CONTACTS = {k: float(row[5]) for k, row in enumerate(MEASURES) if row[5]}
CALLS = {k: 1.0 for k, row in enumerate(MEASURES) if row[4] >= 5}
TABLE = wide_table(OFFERS)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """One instance: how many rows, how many counties have limits of their own, whether values tie."""

    rows: int
    counties: int
    seed: int = 7
    ties: bool = False

    @property
    def cells(self) -> int:
        """County (where counties have limits) × segment × existing or new."""
        return max(self.counties, 1) * SEGMENTS * 2


def batches(shape: Shape, demand: "Demand | None" = None) -> Iterator[pa.RecordBatch]:
    """The wide rows, made chunk by chunk from the seed; `demand` adds up what they would take without limits."""
    cost_mean = np.array([row[3] for row in MEASURES]) * 100
    uplift = np.array([row[7] for row in MEASURES])
    width = len(MEASURES)
    for number, first in enumerate(range(0, shape.rows, CHUNK)):
        draw = np.random.default_rng([shape.seed, number])
        n = min(CHUNK, shape.rows - first)
        county = draw.integers(0, max(shape.counties, 1), n)
        segment = draw.choice(SEGMENTS, n, p=(0.1, 0.2, 0.3, 0.4))
        existing = draw.random(n) < 0.8
        cell = ((county * SEGMENTS + segment) * 2 + existing).astype(np.int32)
        risk = draw.beta(1.2, 8.0, n)
        worth = np.exp(draw.normal(10.6 - 0.45 * segment, 0.6, n))
        gain = (
            uplift * np.exp(draw.normal(0, 0.5, (n, width))) * (0.4 + 6 * risk[:, None] * (1 - risk[:, None]))
        )
        cost = cost_mean * np.exp(draw.normal(0, 0.2, (n, width)))
        if shape.ties:
            worth = np.where(worth > 30_000, 60_000.0, 20_000.0)
            gain, cost = np.broadcast_to(uplift, (n, width)), np.broadcast_to(cost_mean, (n, width))
        value = np.rint(worth[:, None] * gain).astype(np.int64)
        fen = np.rint(cost).astype(np.int64)
        value[:, 0], fen[:, 0] = 0, 0
        alone = draw.random(n) < LEFT_ALONE
        may = draw.random((n, width)) < 0.85
        may[:, 1] = True
        may &= ~alone[:, None]
        may[:, 0] = alone
        if demand is not None:
            demand.add(cell, value, fen, may)
        columns = [
            pa.array(np.arange(first, first + n) * 7 + 1_000_003),
            pa.array(cell),
            pa.array(np.zeros(n, bool)),
            pa.array(risk),
            pa.array(np.rint(worth).astype(np.int64)),
            *(pa.array(value[:, k].astype(np.int32), mask=~may[:, k]) for k in range(width)),
            *(pa.array(fen[:, k].astype(np.int32)) for k in range(1, width)),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=arrow_schema(TABLE))


class Demand:
    """What every cell would take of each offer if nothing were limited: the ground on which bounds are set."""

    def __init__(self, cells: int) -> None:
        self.count, self.cost, self.value = (np.zeros((cells, len(MEASURES))) for _ in range(3))
        self.heads = np.zeros(cells)

    def add(
        self,
        cell: npt.NDArray[np.int32],
        value: npt.NDArray[np.int64],
        fen: npt.NDArray[np.int64],
        may: npt.NDArray[np.bool_],
    ) -> None:
        """Add the rows of one chunk."""
        best = np.where(may, value, -1).argmax(axis=1)
        at = np.arange(len(cell))
        for total, weight in ((self.count, None), (self.cost, fen[at, best]), (self.value, value[at, best])):
            np.add.at(total, (cell, best), 1 if weight is None else weight)
        self.heads += np.bincount(cell, minlength=len(self.heads))


def limits(shape: Shape, demand: Demand) -> list[Limit]:
    """Ten limits on the whole, and three for each county that has its own."""
    draw = np.random.default_rng([shape.seed, 1_000_000])
    everywhere = dict.fromkeys(range(shape.cells), 1.0)
    segment = np.arange(shape.cells) // 2 % SEGMENTS
    existing = np.arange(shape.cells) % 2 == 1
    every = dict.fromkeys(range(1, len(MEASURES)), 1.0)
    pools = {
        pool: {k: 1.0 for k, row in enumerate(MEASURES) if row[6] == pool}
        for pool in ("device", "gift", "airtime")
    }
    key = {int(g): 1.0 for g in np.flatnonzero(segment == 0)}
    second = {int(g): 1.0 for g in np.flatnonzero(segment == 1)}
    money = demand.cost.sum() * 0.22
    minutes = _of(demand.count, MINUTES) * 0.4
    device = _of(demand.cost, pools["device"])
    made = [
        _limit("total money", "总费用", Kind.MONEY, everywhere, money, cost=every),
        _limit("device subsidy", "手机成本", Kind.MONEY, everywhere, device * 0.12, cost=pools["device"]),
        _limit("gifts", "礼品", Kind.MONEY, everywhere, demand.heads.sum() * 90, cost=pools["gift"]),
        _limit("airtime", "话费", Kind.MONEY, everywhere, demand.heads.sum() * 400, cost=pools["airtime"]),
        _limit("agents' minutes", "外呼工时", Kind.MINUTES, everywhere, minutes, count=MINUTES),
        _limit("contacts", "接触次数", Kind.CONTACTS, everywhere, demand.heads.sum() * 1.5, count=CONTACTS),
        _limit(
            "key customers called",
            "重要客户外呼",
            Kind.FLOOR,
            key,
            _heads(demand, key) * 0.6,
            Sense.AT_LEAST,
            count=CALLS,
        ),
        _limit(
            "second grade called",
            "普通客户外呼",
            Kind.FLOOR,
            second,
            _heads(demand, second) * 0.3,
            Sense.AT_LEAST,
            count=CALLS,
        ),
        _limit(
            "device subsidy for existing customers",
            "手机成本用于老用户",
            Kind.SHARE,
            {g: 1 - 0.85 if existing[g] else -0.85 for g in range(shape.cells)},
            0.0,
            Sense.AT_LEAST,
            cost=pools["device"],
        ),
        _limit(
            "minimum return",
            "最低回报",
            Kind.RETURN,
            everywhere,
            0.0,
            Sense.AT_LEAST,
            value=every,
            cost=dict.fromkeys(every, -0.3),
        ),
    ]
    for county in range(shape.counties):
        own = range(county * SEGMENTS * 2, (county + 1) * SEGMENTS * 2)
        members, rows = dict.fromkeys(own, 1.0), list(own)
        factor = draw.uniform(0.5, 1.3, 3)
        made += [
            _limit(
                f"county {county + 1} money",
                f"县 {county + 1} 费用",
                Kind.MONEY,
                members,
                demand.cost[rows].sum() * 0.22 * factor[0],
                cost=every,
            ),
            _limit(
                f"county {county + 1} minutes",
                f"县 {county + 1} 外呼工时",
                Kind.MINUTES,
                members,
                _of(demand.count[rows], MINUTES) * 0.4 * factor[1],
                count=MINUTES,
            ),
            _limit(
                f"county {county + 1} device",
                f"县 {county + 1} 手机成本",
                Kind.MONEY,
                members,
                _of(demand.cost[rows], pools["device"]) * 0.12 * factor[2],
                cost=pools["device"],
            ),
        ]
    return made


def _of(table: Floats, places: dict[int, float]) -> float:
    return float(sum(table[:, k].sum() * by for k, by in places.items()))


def _heads(demand: Demand, cells: dict[int, float]) -> float:
    return float(demand.heads[list(cells)].sum())


def _limit(
    en: str,
    zh: str,
    kind: Kind,
    cells: dict[int, float],
    bound: float,
    sense: Sense = Sense.AT_MOST,
    **by: dict[int, float],
) -> Limit:
    return Limit(en.replace(" ", "_"), Text(zh, en), kind, cells, float(round(bound)), sense, **by)
