"""Playbooks made by hand: nothing in them but what a test is about."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from weixi.kernel.language import Text
from weixi.playbook import Condition, Playbook, Source, WarningRule

SOURCE = Source("test", 1, "")
WORDS = Text("", "")


def bare_playbook(**parts: Any) -> Playbook:
    """A playbook with the given parts and no others; everybody counts as assessed."""
    playbook = Playbook(
        name="test",
        version="1",
        title=WORDS,
        fingerprint="test",
        parameters={},
        grades=(),
        stages=(),
        clusters=(),
        categories=(),
        bands=(),
        handset_bands=(),
        key_share=Decimal("0.5"),
        hold_months=1,
        cohorts=(),
        attachments=(),
        silences=(),
        warnings=(),
        offers=(),
        pools=(),
        holdouts=(),
        measures=(),
        levers=(),
        kpis=(),
        assessed_sql="TRUE",
    )
    return replace(playbook, **parts)


def bare_warning(code: str, **parts: Any) -> WarningRule:
    """A warning of every line, on no day, of no level and for no reason, that always succeeds, changed by the parts."""
    rule = WarningRule(
        code=code,
        text=Text(code, code),
        task_type="WARNING",
        sql="TRUE",
        happens_sql="CAST(NULL AS DATE)",
        act_before_days=0,
        window_days=30,
        levels=(),
        reasons=(),
        success=Condition("done", "TRUE", WORDS),
        columns=frozenset(),
        channel="PHONE",
        source=SOURCE,
    )
    return replace(rule, **parts)
