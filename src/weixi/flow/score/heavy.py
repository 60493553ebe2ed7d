"""The libraries that fit models, each loaded where it is first used.

Together they take a second and bring pandas; every command reads the tables of scores, few fit a model. They are named
here once, and loaded by the standard library's own LazyLoader: what is not installed is still said at once.
"""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any


def _deferred(name: str) -> Any:
    """The module of that name, executed at the first look into it. Raises ModuleNotFoundError where there is none."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


lightgbm = _deferred("lightgbm")
sklearn = _deferred("sklearn")
