"""The simulated operator: a whole network whose true effects are known, month by month.

`Operator.advance` is the only way time passes. A month is made in chunks of lines, each with a randomness of its own
that depends on the seed, the month and the chunk alone, so that memory stays bounded and a seed means one history.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa

from weixi.demo import actions, columns, exits, hazard, life, money, place, truth, write
from weixi.demo.actions import ACTION_SCHEMA, FIRST_USER, Acts
from weixi.demo.daily import Days, Opening
from weixi.demo.events import Log
from weixi.demo.hazard import OfferKind
from weixi.demo.lines import CANCELLED, EXITED, PROSPECT, Array, Lines, day_number
from weixi.demo.planted import Planter
from weixi.demo.population import Maker
from weixi.demo.rates import Rates
from weixi.demo.step import Step, Sums, present
from weixi.demo.write import Form, Sink, WrittenFile
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

LEAST, MOST = 1_000, 10_000_000
_MAKE, _STEP, _JOIN, _PROSPECT, _LAPSED = 2, 3, 4, 5, 6


class Operator:
    """One simulated operator with so many lines in service on the first day of `start`.

    Extracts go to the folder `out`, the truth to `truth_folder` (default: `<out>_truth` beside it); `daily`, where
    given, gets the feeds of every day as well. `offers` says what each offer code is; an unknown code, or none, has the
    effect of care. Raises UsageError for a size out of range, for a truth folder inside the extract, and for a folder
    that holds something already.
    """

    def __init__(
        self,
        subscribers: int,
        seed: int,
        start: Month,
        *,
        out: Path,
        truth_folder: Path | None = None,
        offers: Mapping[str, OfferKind] | None = None,
        form: Form = Form.PARQUET,
        rates: Rates | None = None,
        daily: Path | None = None,
    ) -> None:
        if not LEAST <= subscribers <= MOST:
            raise UsageError(
                "simulate.size",
                Text(f"用户数 {subscribers:,} 超出范围", f"{subscribers:,} subscribers are out of range"),
                Text(f"取 {LEAST:,} 到 {MOST:,}", f"take {LEAST:,} to {MOST:,}"),
                where="--subscribers",
            )
        self.subscribers, self.seed, self.month = subscribers, seed, start
        self.rates = rates or Rates()
        self.offers = dict(offers) if offers is not None else dict(hazard.default_offers())
        self.form = form
        self.out, self.daily = out, daily
        self.truth_folder = truth_folder or out.parent / f"{out.name}_truth"
        if self.truth_folder.resolve().is_relative_to(out.resolve()):
            raise UsageError(
                "simulate.truth",
                Text("真值目录不能放在提取目录里", "the truth may not lie inside the extract"),
                Text("另给一个目录", "name another folder"),
                where=str(self.truth_folder),
            )
        for folder in (self.out, self.truth_folder, *([daily] if daily else [])):
            if folder.exists() and any(folder.iterdir()):
                raise UsageError(
                    "simulate.folder",
                    Text(f"目录 {folder} 不是空的", f"the folder {folder} is not empty"),
                    Text("换一个目录", "name another folder"),
                    where=str(folder),
                )
        self.place = place.build(subscribers, seed, self.rates)
        self._maker = Maker(self.place, self.rates)
        self._next_serial = 1
        self._files: list[WrittenFile] = []
        self._planted: dict[str, Mapping[str, int]] = {}
        self._left = Lines.empty(0)
        self.lines = self._populate()
        self.intercept = self._fit()

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """Every file of the extract so far, as the manifest names it."""
        return tuple(self._files)

    @property
    def planted(self) -> Mapping[str, Mapping[str, int]]:
        """Bad rows planted among the subscribers: month (YYYY-MM) → kind → how many."""
        return dict(self._planted)

    def user_ids(self) -> pa.Array:
        """The operator's key of every line it still holds, in the order of `lines`."""
        return columns.key(FIRST_USER, self.lines.serial)

    def agree_rates(self, user_ids: Sequence[str | None], offer_codes: Sequence[str | None]) -> Array:
        """The true probability that each person agrees to each offer once reached by a mean agent.

        0 where the operator does not know the line or it has left.
        """
        users = np.array([int(user or 0) for user in user_ids], dtype=np.int64) - FIRST_USER
        at = np.searchsorted(self.lines.serial, users).clip(max=len(self.lines) - 1)
        lines = self.lines.take(at)
        rows = hazard.risks(lines, self.month, self.rates.leaving)
        rate = hazard.agree_rate(lines, rows, hazard.family_index(self.offers, offer_codes))
        known = (lines.serial == users) & (lines.status != EXITED)
        result: Array = np.where(known, rate, 0.0)
        return result

    def advance(self, month: Month, treated: pa.Table | None = None) -> None:
        """Let `month` pass and write its extract and its truth.

        `treated` (ACTION_SCHEMA) is what the desk brought about in it. Months follow one another.
        Raises UsageError for any other month and for an agreed date outside it.
        """
        if month != self.month:
            raise UsageError(
                "simulate.month",
                Text(
                    f"下一个月是 {self.month}，不是 {month}", f"the next month is {self.month}, not {month}"
                ),
                Text("按月依次推进", "advance month by month"),
            )
        for folder in (self.out, self.truth_folder):
            folder.mkdir(parents=True, exist_ok=True)
        treated = ACTION_SCHEMA.empty_table() if treated is None else treated
        self._forget()
        self._join()
        agents = [*self.place.owner_codes, *self.place.agent_codes]
        acts, offers = actions.read(
            treated, self.lines.serial, self.offers, agents, day_number(month.first), month.days
        )
        self._run(acts, offers, agents)
        pa.parquet.write_table(treated, self.truth_folder / f"action_{month.number}.parquet")
        self.month = month.plus(1)
        facts = {"mapping": "simulated", "encoding": "utf-8"}
        write.write_manifest(self.out, self.out.name, self._files, facts)
        truth.write_agents(self.truth_folder, self.place)
        truth.write_facts(
            self.truth_folder, subscribers=self.subscribers, seed=self.seed, rates=self.rates,
            intercept=self.intercept, offers=self.offers, planted=self._planted,
        )  # fmt: skip

    def _run(self, acts: Acts, offers: list[str], agents: list[str]) -> None:
        """The month over every chunk, into the files of the extract and the truth."""
        month, chunk = self.month, self.rates.chunk
        planter = Planter(self.rates.planted_share)
        left: list[Lines] = []
        with ExitStack() as stack:

            def sink(folder: Path, name: str, form: Form) -> Sink:
                return stack.enter_context(Sink(folder / f"{name}_{month.number}.{form}"))

            subscribers, events, org = (
                sink(self.out, feed, self.form) for feed in ("subscriber", "event", "org")
            )
            truths, gone = (sink(self.truth_folder, name, Form.PARQUET) for name in ("truth", "exit"))
            org.write(write.org_batch(self.place, month))
            days = stack.enter_context(Days(self.daily, month, self.form)) if self.daily else None
            for number, start in enumerate(range(0, len(self.lines), chunk)):
                part = self.lines.part(start, min(start + chunk, len(self.lines)))
                rng = self._rng(_STEP, month.index, number)
                step = Step(month, part, self.place, self.rates, rng, Log())
                before = part.status == EXITED
                opening = Opening.of(part)
                sums, rows = self._pass(step, acts.part(start, start + len(part)))
                batch = columns.build(part, sums, self.place, month)
                for made in (batch, *planter.plant(batch, rng)):
                    subscribers.write(made)
                happened = step.log.gather(rng)
                events.write(write.event_batch(happened, part.serial, month, offers, agents))
                if days is not None:
                    days.add(step, opening, sums, happened, offers, agents)
                truths.write(
                    truth.rest_of_line(part, month, self.place, self.rates, self.intercept, self.offers)
                )
                went = (part.status == EXITED) & ~before
                gone.write(truth.exits(part, rows, went))
                left.append(part.take(np.flatnonzero(went & (part.exit_type == CANCELLED) & part.is_main)))
        for feed, done in (("subscriber", subscribers), ("event", events), ("org", org)):
            self._files.append(done.written(feed, month))
        self._planted[str(month)] = {fault.value: count for fault, count in planter.counts.items()}
        self._left = left[0] if len(left) == 1 else _joined(left)

    def _pass(self, step: Step, acts: Acts) -> tuple[Sums, Array]:
        """One month of one chunk: what it sums to, and the risks it began with."""
        lines, leaving = step.lines, self.rates.leaving
        sums = Sums.empty(len(lines))
        rows = hazard.risks(lines, step.month, leaving)
        log = hazard.log_hazard(lines, rows, step.month, self.place, leaving)
        life.grow_older(step)
        fate = exits.decide(step, rows, log, self.intercept, acts)
        agreed = actions.settle(step, acts, rows, fate)
        exits.forced(step, fate)
        exits.ask(step, fate, hazard.hazard(log, self.intercept, lines, leaving))
        life.drift(step)
        life.complain(step, fate, sums)
        life.renew(step, fate)
        share = present(step, fate)
        life.measure(step, share, sums)
        money.bill(step, share, fate, sums)
        money.lift(step, fate, sums)
        money.pay(step, fate, sums, agreed)
        exits.leave(step, fate)
        return sums, rows

    def _rng(self, *purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *purpose])

    def _populate(self) -> Lines:
        """The base, then prospects, then lines that left lately; chunk by chunk."""
        share, today, year = self.rates.population, day_number(self.month.first), self.month.year
        prospects = max(1, round(self.subscribers * share.prospect_share))
        lapsed = max(1, round(self.subscribers * share.lapsed_share))
        lines = Lines.empty(self.subscribers + prospects + lapsed)
        at = 0
        for purpose, total in ((_MAKE, self.subscribers), (_PROSPECT, prospects), (_LAPSED, lapsed)):
            for number, start in enumerate(range(0, total, self.rates.chunk)):
                count = min(self.rates.chunk, total - start)
                rng, serial = self._rng(purpose, number), self._next_serial
                if purpose == _MAKE:
                    made = self._maker.base(count, serial, today, year, rng)
                elif purpose == _PROSPECT:
                    made = self._maker.prospects(count, serial, year, rng)
                else:
                    made = self._maker.lapsed(count, serial, today, year, rng)
                lines.put(at, made)
                at += count
                self._next_serial += count
        return lines

    def _fit(self) -> float:
        """The intercept of the hazard: the first chunk's main cards leave at the voluntary rate."""
        lines = self.lines.part(0, min(self.rates.chunk, self.subscribers))
        rows = hazard.risks(lines, self.month, self.rates.leaving)
        log = hazard.log_hazard(lines, rows, self.month, self.place, self.rates.leaving)
        return hazard.intercept(log[lines.is_main & lines.is_live], self.rates.leaving)

    def _forget(self) -> None:
        """Drop lines whose exit an extract has shown; the book carries them on."""
        if self._files:
            self.lines.keep(self.lines.status != EXITED)

    def _join(self) -> None:
        """New lines, old customers under new lines (拆旧入新), and prospects who join."""
        month, life_rates = self.month, self.rates.life
        rng = self._rng(_JOIN, month.index)
        today, chunk = day_number(month.first), self.rates.chunk
        total = int(rng.poisson(life_rates.joins * int(self.lines.is_live.sum())))
        made: list[Lines] = []
        for start in range(0, total, chunk):
            count = min(chunk, total - start)
            made.append(self._maker.joiners(count, self._next_serial, today, month.year, month.days, rng))
            self._next_serial += count
        if made:
            self._reopen(made[0], round(total * life_rates.reopened_share))
            self._convert(made[0], rng)
            self.lines.extend(made)

    def _reopen(self, fresh: Lines, count: int) -> None:
        """Give some joiners the person, home and handset of a main card cancelled last month."""
        at = np.flatnonzero(fresh.is_main & (fresh.household < 0))[: min(count, len(self._left))]
        for name in ("party", "home_unit", "unit", "owner", "birth_year", "handset", "handset_day", "agent"):
            getattr(fresh, name)[at] = getattr(self._left, name)[: len(at)]

    def _convert(self, fresh: Lines, rng: np.random.Generator) -> None:
        """Some prospects join: they keep number, person and home and take the product of a joiner."""
        waiting = np.flatnonzero(self.lines.status == PROSPECT)
        joins = waiting[rng.random(len(waiting)) < self.rates.life.prospect_joins]
        models = np.flatnonzero(fresh.is_main & (fresh.household < 0))
        joins = joins[: len(models)]
        kept = {"serial", "party", "home_unit", "unit", "owner", "corporate", "birth_year", "account"}
        for f in fields(Lines):
            if f.name not in kept:
                getattr(self.lines, f.name)[joins] = getattr(fresh, f.name)[models[: len(joins)]]
        self.lines.account[joins] = self.lines.serial[joins]


def _joined(parts: list[Lines]) -> Lines:
    """The parts as one."""
    whole = Lines.empty(0)
    whole.extend(parts)
    return whole
