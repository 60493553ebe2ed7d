"""The KPIs that count lines, as sums of named measures of a line; what each measure counts, the scripts say."""

EXITS = ("PORTED_OUT", "CANCELLED", "DEBT_CANCELLED", "FRAUD_CLOSED", "UNLISTED")

_RETENTION = {
    "existing": "he", "with_new": "h", "static_in_service": "kept", "static_billed": "kept_billed",
    "static_value": "kept_high", "exits": "gone", "fell": "fell", "rose": "rose", "joined_high": "joined",
}  # fmt: skip

CALIBRES: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    **{f"dynamic_retention_rate.{code}@1": ({name: 1}, {"s0": 1}) for code, name in _RETENTION.items()},
    **{f"dynamic_retention_rate.exits_{kind.lower()}@1": ({f"gone_{kind}": 1}, {"s0": 1}) for kind in EXITS},
    "dynamic_retention_rate.rolling@1": ({"rolled": 1}, {"high_before": 1}),
    "churn_rate.gross@1": ({"lost": 1}, {"base": 1}),
    "churn_rate.net@1": ({"base": 1, "still": -1}, {"base": 1}),
    "churn_rate.net_billed@1": ({"base_billed": 1, "still_billed": -1}, {"base_billed": 1}),
    "churn_rate.monthly_opening@1": ({"lost_now": 1}, {"opening": 1}),
    "churn_rate.monthly_closing@1": ({"lost_now": 1}, {"closing": 1}),
    "churn_rate.monthly_mean@1": ({"lost_now": 2}, {"opening": 1, "closing": 1}),
    "churn_rate.monthly_average@1": ({"lost": 1}, {"base_months": 1}),
    **{
        f"churn_rate.{code}@1": ({f"lost_{code}": 1}, {f"base_{code}": 1})
        for code in ("prepaid", "postpaid", "enterprise", "public", "handset_lease")
    },
    "churn_rate.arpu80@1": ({"gone": 1}, {"s0": 1}),
    "churn_rate.new_lines@1": ({"opened_lost": 1}, {"opened": 1}),
    **{f"churn_rate.{kind.lower()}@1": ({f"lost_{kind}": 1}, {"base": 1}) for kind in EXITS},
    "revenue_retention_rate.base@1": ({"bill": 1}, {"base_bill": 1}),
}
"""Calibre → numerator and denominator, each a sum of measures with their weights."""

CONDITIONS: dict[str, str] = {
    "s0": "was_high", "he": "high and existing", "h": "high", "kept": "was_high and serves",
    "kept_billed": "was_high and billed", "kept_high": "was_high and high", "gone": "was_high and not serves",
    "fell": "was_high and serves and not high", "rose": "high and existing and not was_high",
    "joined": "high and not existing", "rolled": "high_before and high", "high_before": "high_before",
    "base": "in_base", "lost": "in_base and not serves", "still": "counted and serves and existing",
    "base_billed": "in_base and was_billed", "still_billed": "counted and billed and existing",
    "opening": "opening", "lost_now": "opening and not serves", "closing": "counted and serves",
    "opened": "opened", "opened_lost": "opened and not serves",
    **{
        f"base_{code}": f"in_base and {code}"
        for code in ("prepaid", "postpaid", "enterprise", "public", "handset_lease")
    },
    **{
        f"lost_{code}": f"in_base and {code} and not serves"
        for code in ("prepaid", "postpaid", "enterprise", "public", "handset_lease")
    },
    **{f"gone_{kind}": f"was_high and left_{kind}" for kind in EXITS},
    **{f"lost_{kind}": f"in_base and left_{kind}" for kind in EXITS},
}  # fmt: skip
"""Measure → the flags of a line that must hold. `bill`, `base_bill` and `base_months` are sums of their own."""


def terms(condition: str) -> list[tuple[str, bool]]:
    """The flags of a condition, each with whether it must hold or must not."""
    return [(part.removeprefix("not "), not part.startswith("not ")) for part in condition.split(" and ")]
