"""KPIs and what each calibre counts, for programs."""

from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from weixi.desk.base.routing import held_by, over
from weixi.desk.org.queries import path_of_node
from weixi.desk.org.rest import CallRequest, Said, operation
from weixi.desk.org.rules import TokenScope
from weixi.desk.scorecard.queries import published
from weixi.desk.scorecard.rules.acts import READERS
from weixi.kernel.language import Text

Month = Annotated[int, Field(ge=190001, le=299912, description="YYYYMM")]


class FigureOut(Schema):
    """One calibre at one node: numerator ÷ denominator, both exact; `rate` null where there is no denominator."""

    node_code: str
    node_name: str
    calibre: str
    numerator: int
    denominator: int
    rate: float | None


class ScoreOut(Schema):
    """One assessed KPI at one node beside its target; `gap_count` is how many it is short of it."""

    node_code: str
    kpi: str
    calibre: str
    rate: float | None
    target_rate: float
    gap_count: int
    light: str
    rank: int | None


class KpisOut(Schema):
    """One month's figures at the node and directly below; `fingerprint` names the sealed figures."""

    month: int
    node_code: str
    fingerprint: str
    values: list[FigureOut]
    scores: list[ScoreOut]
    not_computable: dict[str, list[str]]


class CalibreOut(Schema):
    """One calibre: what it counts, of whom, without whom."""

    id: str
    kpi: str
    kpi_name: Said
    name: Said
    numerator: Said
    denominator: Said
    population: Said
    exclusions: Said
    period: Said


class CalibresOut(Schema):
    """Every calibre."""

    calibres: list[CalibreOut]


router = Router(tags=["kpi"])


@operation(
    router,
    "GET",
    "/kpis",
    token=TokenScope.READ_KPIS,
    scope=over(path_of_node, *READERS),
    part="node",
    text=Text("一个节点和直接下级的各口径指标", "the KPIs of a node and of those directly below it"),
    answer=KpisOut,
)
def read_kpis(
    request: CallRequest,
    node: Annotated[str, Field(max_length=64, description="Code of the node")],
    month: Month | None = None,
) -> object:
    """The newest assessed month where none is given."""
    return published.kpi_month(node_code=node, month=month)


@operation(
    router,
    "GET",
    "/kpis/calibres",
    token=TokenScope.READ_KPIS,
    scope=held_by(*READERS),
    text=Text("每个口径数的是什么", "what each calibre counts"),
    answer=CalibresOut,
)
def list_calibres(request: CallRequest) -> object:
    """Ids carry a version: a changed definition is another id."""
    return {
        "calibres": [
            {
                "id": calibre.id,
                "kpi": calibre.kpi,
                "kpi_name": published.kpi_name(calibre.kpi),
                "name": calibre.name,
                "numerator": calibre.numerator_text,
                "denominator": calibre.denominator_text,
                "population": calibre.population,
                "exclusions": calibre.exclusions,
                "period": calibre.period,
            }
            for calibre in published.calibres()
        ]
    }
