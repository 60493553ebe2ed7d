"""The plots as PNG files, where matplotlib is installed (the extra `lab` brings it)."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from weixi.cli.lab.uplift_page.figures import BLUE, Figure
from weixi.cli.session import Session
from weixi.kernel.language import Language, Text

# Fonts with Chinese letters that systems usually have; without one a picture is lettered in English.
_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Microsoft YaHei", "SimHei", "PingFang SC",
)  # fmt: skip


def draw(session: Session, figures: list[Figure], folder: Path) -> list[Path]:
    """Write one PNG for each figure; the files written, none where matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        note = Text(
            "没有 PNG：matplotlib 没有安装（pip install 'weixi[lab]'）",
            "no PNG: matplotlib is not installed (pip install 'weixi[lab]')",
        )
        session.err.print(session.text(note), markup=False, highlight=False)
        return []
    font = _chinese_font()
    language = session.language if font else Language.EN
    written = []
    for figure in figures:
        path = folder / f"{figure.code}.png"
        _draw(figure, path, language, font)
        written.append(path)
    return written


def _draw(figure: Figure, path: Path, language: Language, font: str | None) -> None:
    matplotlib = importlib.import_module("matplotlib")
    canvas = importlib.import_module("matplotlib.figure").Figure(
        figsize=(8, 4.6), dpi=144, layout="constrained"
    )
    with matplotlib.rc_context({"font.family": [*([font] if font else []), "DejaVu Sans"]}):
        axes = canvas.add_subplot()
        if figure.bars is not None:
            _bars(axes, figure, language)
        for line in figure.lines:
            axes.plot(
                figure.x,
                line.y,
                color=line.colour,
                linestyle="--" if line.dashed else "-",
                marker="o" if figure.bars else None,
                label=_letters(line.name, language),
            )
        axes.axhline(0, color="#444", linewidth=0.8)
        axes.set_title(_letters(figure.title, language))
        axes.set_xlabel(_letters(figure.x_name, language))
        axes.set_ylabel(_letters(figure.y_name, language))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        canvas.savefig(path)


def _bars(axes: Any, figure: Figure, language: Language) -> None:
    bars = figure.bars
    if bars is None:
        return
    known = [
        (x, y, y - low, high - y)
        for x, y, low, high in zip(figure.x, bars.y, bars.low, bars.high, strict=True)
        if y is not None and low is not None and high is not None
    ]
    if known:
        x, y, below, above = zip(*known, strict=True)
        axes.bar(x, y, 0.6, yerr=[below, above], color=BLUE, capsize=3, label=_letters(bars.name, language))
    axes.set_xticks(list(figure.x))


def _chinese_font() -> str | None:
    manager = importlib.import_module("matplotlib.font_manager").fontManager
    installed = {font.name for font in manager.ttflist}
    return next((name for name in _FONTS if name in installed), None)


def _letters(text: Text, language: Language) -> str:
    """The text, without letters that would be read as mathematics."""
    return text.say(language).replace("$", r"\$")
