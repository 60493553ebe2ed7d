"""The plots of `weixi lab uplift`: one HTML page that needs nothing else, and a PNG of each."""

from pathlib import Path

from weixi.cli.lab.uplift_page.figures import figures_of
from weixi.cli.lab.uplift_page.page import render
from weixi.cli.lab.uplift_page.pictures import draw
from weixi.cli.session import Session
from weixi.flow.score import UpliftAssay

__all__ = ["write_plots"]


def write_plots(
    session: Session, found: UpliftAssay, folder: Path, *, value: float | None, cost: float
) -> list[Path]:
    """Write `uplift.html` and one PNG for each figure into the folder; the files written.

    Without matplotlib there is the page alone, and stderr says so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = figures_of(found, value=value, cost=cost)
    page = folder / "uplift.html"
    page.write_text(render(session, found, figures), encoding="utf-8")
    return [page, *draw(session, figures, folder)]
