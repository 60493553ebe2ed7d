"""Every calibre that ships, and finding one by its name."""

from collections.abc import Mapping
from difflib import get_close_matches

from weixi.flow.assessment.calibre import Calibre
from weixi.flow.assessment.churn import CHURN_CALIBRES
from weixi.flow.assessment.completion import COMPLETION_CALIBRES
from weixi.flow.assessment.entry import CHURN, COMPLETION, RETENTION, REVENUE
from weixi.flow.assessment.retention import RETENTION_CALIBRES, REVENUE_CALIBRES
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

CALIBRES: tuple[Calibre, ...] = (
    *RETENTION_CALIBRES,
    *CHURN_CALIBRES,
    *COMPLETION_CALIBRES,
    *REVENUE_CALIBRES,
)

ASSESSED: Mapping[str, str] = {RETENTION: "existing", CHURN: "gross", COMPLETION: "verified", REVENUE: "base"}
"""KPI → the calibre that is assessed where the playbook names none."""


_ALL = Text(" 等，weixi kpi 列出全部", " and more: weixi kpi lists them all")


def find_calibre(name: str, kpi: str = "") -> Calibre:
    """The calibre of that id (`churn_rate.gross@1`), code (`churn_rate.gross`) or, within `kpi`, short name.

    Without a version the newest counts. Raises UsageError naming the choices where there is none.
    """
    wanted = name or ASSESSED.get(kpi, "")
    for calibre in sorted(CALIBRES, key=lambda c: -c.version):
        if wanted in (calibre.id, calibre.code) or f"{kpi}.{wanted}" in (calibre.id, calibre.code):
            return calibre
    names = {name: c.id for c in CALIBRES if not kpi or c.kpi == kpi for name in (c.id, c.id.split(".")[1])}
    close = [names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.5)]
    choices = list(dict.fromkeys(close or names.values()))[:8]
    more = Text("", "") if close or len(choices) == len(set(names.values())) else _ALL
    raise UsageError(
        "calibre.unknown",
        Text(f"没有“{name}”这个口径", f"there is no calibre “{name}”"),
        Text(f"可选：{'、'.join(choices)}{more.zh}", f"choose one of: {', '.join(choices)}{more.en}"),
        where=kpi,
    )
