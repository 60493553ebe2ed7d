"""Opening the chosen engine: only that one is loaded."""

from importlib import import_module
from pathlib import Path

from weixi.engine.port import Engine
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

ENGINES = {"duckdb": "weixi.engine.duckdb", "spark": "weixi.engine.spark"}


def open_engine(name: str, scratch: Path, memory_limit: str | None = None) -> Engine:
    """The engine of that name, spilling into `scratch`. Raises UsageError where it is not there.

    `memory_limit` (e.g. `500MB`) is for an engine in this process; a cluster has its own.
    """
    if name not in ENGINES:
        raise UsageError(
            "engine.unknown",
            Text(f"没有“{name}”这个计算引擎", f"there is no engine “{name}”"),
            Text(f"可选：{'、'.join(ENGINES)}", f"choose one of: {', '.join(ENGINES)}"),
        )
    try:
        module = import_module(ENGINES[name])
    except ModuleNotFoundError as missing:
        raise UsageError(
            "engine.missing",
            Text(
                f"计算引擎 {name} 缺少组件 {missing.name}", f"engine {name} lacks the package {missing.name}"
            ),
            Text(f"安装：pip install 'weixi[{name}]'", f"install it: pip install 'weixi[{name}]'"),
        ) from missing
    engine: Engine = module.open_here(scratch, memory_limit)
    return engine
