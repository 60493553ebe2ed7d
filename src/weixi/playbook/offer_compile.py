"""From the entries on offers, budgets, exemptions and hold-outs to their frozen rules."""

from weixi.dialect.types import ColumnType
from weixi.playbook import offer_schema
from weixi.playbook.condition import Condition
from weixi.playbook.expressions import Expressions
from weixi.playbook.figures import Figures, source
from weixi.playbook.offer import Exemption, HoldoutRule, Offer, Pool
from weixi.playbook.reading import Entries, Place, Placed


class OfferCompiler:
    """Compiles what one composed playbook gives. Every fault goes to the figures' own; nothing is raised."""

    def __init__(self, entries: Entries, figures: Figures, expressions: Expressions) -> None:
        self.figures = figures
        self._expressions = expressions
        self._shared = [
            (shared.value.families, self._condition(shared.value, shared.place))
            for shared in entries.all(offer_schema.SharedConditionEntry)
        ]

    def offer(self, entry: Placed[offer_schema.OfferEntry]) -> Offer:
        """One offer, its own conditions after those that its family shares."""
        value, place = entry.value, entry.place
        cost = self._expressions.scalar(value.cost, "labelled", ColumnType.BIGINT, place, "cost")
        conditions = [made for families, made in self._shared if value.family in families]
        conditions += [
            self._condition(own, place.below("condition", index)) for index, own in enumerate(value.condition)
        ]
        columns = cost.columns.union(*(condition.columns for condition in conditions))
        term = None
        if value.term_months is not None:
            months = self.figures.read(value.term_months, "months", place, "term_months")
            term = None if months is None else int(months)
        cash_in = cash_out = None
        if value.first_cash_flow is not None:
            cash_in = self.figures.fen(value.first_cash_flow.cash_in, place, "first_cash_flow", "cash_in")
            cash_out = self.figures.fen(value.first_cash_flow.cash_out, place, "first_cash_flow", "cash_out")
        benefit = self._pair(value.benefit, place, "benefit")
        commission = self._pair(value.commission, place, "commission")
        return Offer(
            code=entry.code,
            text=value.text.text,
            family=value.family,
            billing_code=value.billing_code,
            pool=value.pool,
            cost_sql=cost.text,
            conditions=tuple(conditions),
            channels=tuple(value.channels),
            kinds=tuple(value.kinds),
            source=source(entry),
            existing=value.existing,
            new=value.new,
            term_months=term,
            benefit_existing_fen=benefit[0],
            benefit_new_fen=benefit[1],
            commission_existing_fen=commission[0],
            commission_new_fen=commission[1],
            first_cash_flow_fen=None if cash_in is None or cash_out is None else cash_in - cash_out,
            columns=columns,
            cost=value.cost,
            first_cash_flow=None if cash_in is None or cash_out is None else (cash_in, cash_out),
            mass_market=value.mass_market,
        )

    def _pair(
        self, pair: offer_schema.ParityEntry | None, place: Place, key: str
    ) -> tuple[int | None, int | None]:
        if pair is None:
            return None, None
        return self.figures.fen(pair.existing, place, key, "existing"), self.figures.fen(
            pair.new, place, key, "new"
        )

    def _condition(
        self, value: offer_schema.ConditionEntry | offer_schema.SharedConditionEntry, place: Place
    ) -> Condition:
        sql = self._expressions.condition(value.when, "labelled", place, "when")
        shown = self._expressions.placeholders(value.text.text, "labelled", place, "text")
        return Condition(value.code, sql.text, value.text.text, sql.columns | shown, value.when)

    def pool(self, entry: Placed[offer_schema.PoolEntry]) -> Pool:
        """One budget."""
        value = entry.value
        amount = self.figures.fen(value.amount, entry.place, "amount")
        return Pool(entry.code, value.text.text, amount, source(entry), value.existing_first)

    def exemption(self, entry: Placed[offer_schema.ExemptionEntry]) -> Exemption:
        """One signed exemption."""
        value = entry.value
        return Exemption(
            entry.code,
            value.offer,
            value.rule,
            value.text.text,
            value.signed_by,
            value.signed_on,
            source(entry),
        )

    def holdout(self, entry: Placed[offer_schema.HoldoutEntry]) -> HoldoutRule:
        """One rule of the hold-out."""
        sql = self._expressions.condition(entry.value.when, "labelled", entry.place, "when")
        share = self.figures.rate(entry.value.share, entry.place, "share")
        value = entry.value
        name = value.share.removeprefix("$") if isinstance(value.share, str) else ""
        return HoldoutRule(
            entry.code, sql.text, share, value.text.text, sql.columns, value.when, source(entry), name
        )
