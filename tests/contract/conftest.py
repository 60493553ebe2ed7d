"""The engines, opened once for the whole suite: a test that takes `engine` runs on each."""

from collections.abc import Iterator

import pytest

from weixi.engine import Engine, open_engine


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One Spark for all tests of a process."""
    engine = open_engine("spark", tmp_path_factory.mktemp("spark"))
    yield engine
    engine.close()


@pytest.fixture(scope="session", params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    opened: Engine = request.getfixturevalue(request.param)
    return opened
