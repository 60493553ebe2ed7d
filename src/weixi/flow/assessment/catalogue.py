"""Every calibre that ships, and finding one by its name."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from weixi.flow.assessment.calibre import Calibre
from weixi.flow.assessment.churn import CHURN_CALIBRES
from weixi.flow.assessment.completion import COMPLETION_CALIBRES
from weixi.flow.assessment.entry import CHURN, COMPLETION, KPI_NAMES, RETENTION, REVENUE
from weixi.flow.assessment.retention import RETENTION_CALIBRES, REVENUE_CALIBRES
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

CALIBRES: tuple[Calibre, ...] = (
    *RETENTION_CALIBRES,
    *CHURN_CALIBRES,
    *COMPLETION_CALIBRES,
    *REVENUE_CALIBRES,
)

ASSESSED: Mapping[str, str] = {RETENTION: "existing", CHURN: "gross", COMPLETION: "verified", REVENUE: "base"}
"""KPI → the calibre that is assessed where the playbook names none."""


_ALL = Text(" 等，weixi kpi 列出全部", " and more: weixi kpi lists them all")


def versions_of(code: str, among: Iterable[Calibre] = CALIBRES) -> tuple[Calibre, ...]:
    """Every version of the calibre of that code, oldest first: a changed one stands beside its successor."""
    return tuple(sorted((c for c in among if c.code == code), key=lambda c: c.version))


def find_calibre(
    name: str, kpi: str = "", *, month: Month | None = None, among: Sequence[Calibre] = CALIBRES
) -> Calibre:
    """The calibre of that id (`churn_rate.gross@1`), code (`churn_rate.gross`) or short name.

    A short name counts within `kpi`, or where no other KPI has it. Without a version the newest counts that holds in
    `month`. Raises UsageError naming the choices where there is none.
    """
    wanted = name or ASSESSED.get(kpi, "")
    newest = sorted((c for c in among if c.holds(month) or wanted == c.id), key=lambda c: -c.version)
    for calibre in newest:
        if wanted in (calibre.id, calibre.code) or f"{kpi}.{wanted}" in (calibre.id, calibre.code):
            return calibre
    if not kpi:
        short = [c for c in newest if wanted in (c.id.split(".")[1], c.code.split(".")[1])]
        if len({c.code for c in short}) == 1:
            return short[0]
    names = {name: c.id for c in among if not kpi or c.kpi == kpi for name in (c.id, c.id.split(".")[1])}
    close = [names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.5)]
    choices = list(dict.fromkeys(close or names.values()))[:8]
    more = Text("", "") if close or len(choices) == len(set(names.values())) else _ALL
    raise UsageError(
        "calibre.unknown",
        Text(
            f"没有“{name}”这个口径，或多个指标都有", f"there is no calibre “{name}”, or several KPIs have one"
        ),
        Text(f"可选：{'、'.join(choices)}{more.zh}", f"choose one of: {', '.join(choices)}{more.en}"),
        where=kpi,
    )


def find_kpi(name: str) -> str:
    """The KPI that a person means: its name in the plan, its Chinese or English name, or a part of one.

    Raises UsageError naming the choices where none or several fit.
    """
    wanted = name.strip().lower()
    exact = [kpi for kpi, text in KPI_NAMES.items() if wanted in (kpi, text.zh, text.en)]
    fits = exact or [
        kpi
        for kpi, text in KPI_NAMES.items()
        if wanted and any(wanted in each for each in (kpi, text.zh, text.en))
    ]
    # Revenue stands beside the assessed KPIs: it is meant where nothing else is.
    fits = [kpi for kpi in fits if kpi != REVENUE] or fits
    if len(fits) == 1:
        return fits[0]
    choices = [f"{kpi}（{text.zh}）" for kpi, text in KPI_NAMES.items()]
    raise UsageError(
        "kpi.unknown",
        Text(f"没有指标“{name}”，或不止一个", f"there is no KPI “{name}”, or more than one"),
        Text(f"可选：{'、'.join(choices)}", f"choose one of: {', '.join(KPI_NAMES)}"),
    )
