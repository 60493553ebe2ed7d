"""What the effect of a choice rests on, so that an assumption is never read as a measurement."""

from weixi.kernel.terms import Term


class Basis(Term):
    """What is known of the effect that a choice was valued by."""

    MEASURED = "MEASURED", "试验实测", "measured by a trial"
    ASSUMED = "ASSUMED", "假设值，未经验证", "assumed, not verified"
    UNKNOWN = "UNKNOWN", "只有风险，效果未知", "risk only, effect unknown"
