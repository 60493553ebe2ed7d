"""From entries to the frozen playbook: figures read, expressions compiled, references checked."""

from collections.abc import Sequence
from decimal import Decimal

from weixi.dialect.expression import joined_tests
from weixi.dialect.types import ColumnType
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.playbook import model, narrative, narrative_schema, offer_schema, schema, service_schema
from weixi.playbook.allocation_compile import compile_allocation
from weixi.playbook.condition import Condition
from weixi.playbook.contact_cost_compile import compile_contact_cost
from weixi.playbook.expressions import Expressions, ScopeName
from weixi.playbook.fields import Words
from weixi.playbook.figures import Figures, source
from weixi.playbook.measure import Lever, Measure
from weixi.playbook.offer import Offer
from weixi.playbook.offer_compile import OfferCompiler
from weixi.playbook.reading import Entries, Placed
from weixi.playbook.score_compile import compile_score
from weixi.playbook.service_compile import compile_service
from weixi.playbook.value_compile import compile_value

NO_BAND = "NONE"
"""The band of a line without a complete month: it has no ARPU yet."""

RuleEntry = schema.GradeEntry | schema.StageEntry | schema.ClusterEntry | schema.CategoryEntry


class Compiler:
    """Compiles the entries of one composed playbook. Every fault goes to `faults`; nothing is raised."""

    def __init__(self, entries: Entries, vocabulary: model.Vocabulary, faults: list[WeixiError]) -> None:
        self.entries = entries
        self.figures = Figures(entries, faults)
        self.offers: list[tuple[Placed[offer_schema.OfferEntry], Offer]] = []
        bands = {NO_BAND, *entries.codes("band")} if entries.has("band") else set()
        self._expressions = Expressions(vocabulary, bands, self.figures, faults)

    def playbook(self, name: str, version: str, title: Text, fingerprint: str) -> model.Playbook:
        """The playbook; complete and right only where no fault was added."""
        entries = self.entries
        cohorts = entries.all(schema.CohortEntry)
        given = OfferCompiler(entries, self.figures, self._expressions)
        self.offers = [(entry, given.offer(entry)) for entry in entries.all(offer_schema.OfferEntry)]
        # What answers named warnings is preferred to what answers all, whichever playbook wrote it.
        offers = sorted((offer for _, offer in self.offers), key=lambda offer: not offer.kinds)
        key_share, hold_months = self._key_revenue()
        return model.Playbook(
            name=name,
            version=version,
            title=title,
            fingerprint=fingerprint,
            parameters=self.figures.parameters,
            grades=self._rules(entries.all(schema.GradeEntry), "grade"),
            stages=self._rules(entries.all(schema.StageEntry), "line"),
            clusters=self._rules(entries.all(schema.ClusterEntry), "line"),
            categories=self._rules(entries.all(schema.CategoryEntry), "line"),
            bands=self._bands(entries.all(schema.BandEntry)),
            handset_bands=self._bands(entries.all(schema.HandsetBandEntry)),
            stars=self._bands(entries.all(service_schema.StarEntry)),
            key_share=key_share,
            hold_months=hold_months,
            cohorts=tuple(self._cohort(entry) for entry in cohorts),
            attachments=tuple(
                str(rule) for entry in entries.all(schema.AttachmentEntry)[:1] for rule in entry.value.order
            ),
            silences=tuple(self._silence(entry) for entry in entries.all(schema.SilenceEntry)),
            warnings=tuple(self._warning(entry) for entry in entries.all(schema.WarningEntry)),
            offers=tuple(offers),
            pools=tuple(given.pool(entry) for entry in entries.all(offer_schema.PoolEntry)),
            holdouts=tuple(given.holdout(entry) for entry in entries.all(offer_schema.HoldoutEntry)),
            measures=tuple(self._measure(entry) for entry in entries.all(narrative_schema.MeasureEntry)),
            levers=tuple(self._lever(entry) for entry in entries.all(narrative_schema.LeverEntry)),
            kpis=tuple(self._kpi(entry) for entry in entries.all(schema.KpiEntry)),
            assessed_sql=self._assessed(cohorts),
            documents={
                entry.code: entry.value.text.text for entry in entries.all(narrative_schema.DocumentEntry)
            },
            statements=tuple(
                narrative.Statement(entry.code, entry.value.part, entry.value.text.text, source(entry))
                for entry in entries.all(narrative_schema.StatementEntry)
            ),
            roles=tuple(
                narrative.Role(entry.code, entry.value.text.text, entry.value.duty.text, source(entry))
                for entry in entries.all(narrative_schema.RoleEntry)
            ),
            service=compile_service(entries, self.figures, self._expressions),
            value=compile_value(entries, self.figures),
            contact_cost=compile_contact_cost(entries, self.figures),
            allocation=compile_allocation(entries, self.figures),
            score=compile_score(entries, self.figures),
            exemptions=tuple(given.exemption(entry) for entry in entries.all(offer_schema.ExemptionEntry)),
        )

    def _rules(self, entries: Sequence[Placed[RuleEntry]], scope: ScopeName) -> tuple[model.Rule, ...]:
        rules = []
        for entry in entries:
            value = entry.value
            sql = self._expressions.condition(value.when, scope, entry.place, "when")
            rules.append(
                model.Rule(
                    value.value,
                    value.when,
                    sql.text,
                    value.text.text,
                    source(entry),
                    sql.columns,
                    _said(value.detail),
                )
            )
        return tuple(rules)

    def _bands(self, entries: Sequence[Placed[schema.BandEntry]]) -> tuple[model.Band, ...]:
        return tuple(
            model.Band(
                entry.code,
                entry.value.text.text,
                self.figures.fen(entry.value.low, entry.place, "low"),
                self.figures.fen(entry.value.high, entry.place, "high"),
                source(entry),
            )
            for entry in entries
        )

    def _key_revenue(self) -> tuple[Decimal, int]:
        for entry in self.entries.all(schema.KeyRevenueEntry):
            return (
                self.figures.rate(entry.value.share, entry.place, "share"),
                self.figures.months(entry.value.hold_months, entry.place, "hold_months"),
            )
        return Decimal(0), 1

    def _cohort(self, entry: Placed[schema.CohortEntry]) -> model.CohortRule:
        value = entry.value
        sql = self._expressions.condition(value.when, "line", entry.place, "when")
        text, columns, when = sql.text, sql.columns, value.when
        if value.arpu is not None:
            arpu = self._expressions.condition(value.arpu, "line", entry.place, "arpu")
            text, columns = f"({text}) AND ({arpu.text})", columns | arpu.columns
            when = f"({when}) AND ({value.arpu})"
        return model.CohortRule(entry.code, value.text.text, text, source(entry), columns, when)

    def _assessed(self, cohorts: Sequence[Placed[schema.CohortEntry]]) -> str:
        for entry in cohorts:
            if entry.value.assessed and entry.value.arpu is not None:
                return self._expressions.condition(entry.value.arpu, "line", entry.place, "arpu").text
        return "FALSE"

    def _silence(self, entry: Placed[schema.SilenceEntry]) -> model.Silence:
        sql = self._expressions.condition(entry.value.when, "line", entry.place, "when")
        value = entry.value
        return model.Silence(entry.code, value.text.text, sql.text, source(entry), sql.columns, value.when)

    def _warning(self, entry: Placed[schema.WarningEntry]) -> model.WarningRule:
        value, place, compiler = entry.value, entry.place, self._expressions
        when = compiler.condition(value.when, "labelled", place, "when")
        happens = compiler.scalar(value.happens, "labelled", ColumnType.DATE, place, "happens")
        columns = when.columns | happens.columns
        levels = []
        for index, item in enumerate(value.level):
            sql = compiler.condition(item.when, "labelled", place, "level", index, "when")
            levels.append(model.Level(item.level, sql.text, item.when))
            columns |= sql.columns
        reasons = []
        for index, given in enumerate(value.reason):
            sql = compiler.condition(given.when, "labelled", place, "reason", index, "when")
            shown = compiler.placeholders(given.text.text, "labelled", place, "reason", index, "text")
            reasons.append(model.Reason(given.code, sql.text, given.text.text, shown, given.when))
            columns |= sql.columns | shown
        success = compiler.condition(value.success.when, "outcome", place, "success", "when")
        script = _said(value.script)
        return model.WarningRule(
            code=entry.code,
            text=value.text.text,
            task_type=value.task_type,
            sql=when.text,
            happens_sql=happens.text,
            act_before_days=self.figures.days(value.act_before_days, place, "act_before_days"),
            window_days=self.figures.days(value.window_days, place, "window_days", least=1),
            levels=tuple(levels),
            reasons=tuple(reasons),
            success=Condition(
                entry.code, success.text, value.success.text.text, success.columns, value.success.when
            ),
            columns=columns,
            channel=value.channel,
            source=source(entry),
            assessed=value.assessed,
            when=value.when,
            happens=value.happens,
            script=script,
            script_columns=(
                compiler.placeholders(script, "labelled", place, "script") if script else frozenset()
            ),
        )

    def _measure(self, entry: Placed[narrative_schema.MeasureEntry]) -> Measure:
        value = entry.value
        sql = self._expressions.condition(value.when, "labelled", entry.place, "when")
        return Measure(
            code=entry.code,
            text=value.text.text,
            sql=sql.text,
            offers=tuple(value.offers),
            warnings=tuple(value.warnings),
            source=source(entry),
            group=value.group,
            channels=tuple(value.channels),
            columns=sql.columns,
            when=value.when,
            detail=_said(value.detail),
            tests=joined_tests(sql.text),
        )

    def _lever(self, entry: Placed[narrative_schema.LeverEntry]) -> Lever:
        value = entry.value
        return Lever(entry.code, value.text.text, tuple(value.warnings), source(entry), _said(value.detail))

    def _kpi(self, entry: Placed[schema.KpiEntry]) -> model.KpiTarget:
        value = entry.value
        return model.KpiTarget(
            kpi=value.kpi,
            calibre=value.calibre,
            text=value.text.text,
            rate=self.figures.rate(value.rate, entry.place, "rate"),
            direction=value.direction,
            period=value.period,
            source=source(entry),
            challenge=(
                None
                if value.challenge is None
                else self.figures.rate(value.challenge, entry.place, "challenge")
            ),
            weight=None if value.weight is None else self.figures.rate(value.weight, entry.place, "weight"),
        )


def _said(words: Words | None) -> Text | None:
    return None if words is None else words.text
