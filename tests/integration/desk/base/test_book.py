"""The data beneath the desk."""

import threading
from pathlib import Path

from django.conf import LazySettings

from handmade.operator import PLAN_MONTH
from weixi.desk.base import book
from weixi.desk.dispatch.models import Task
from weixi.flow.assessment import KPI
from weixi.flow.book import DAY_LINE
from weixi.flow.decision import PLAN


def test_the_latest_month_of_a_table(demo_home: Path, settings: LazySettings) -> None:
    settings.HOME = demo_home
    assert book.latest_month(PLAN) == PLAN_MONTH
    assert book.latest_month(KPI) == PLAN_MONTH.plus(-1)
    assert book.latest_month(DAY_LINE) is None


def test_each_thread_has_a_store_of_its_own(demo_home: Path, settings: LazySettings) -> None:
    settings.HOME = demo_home
    found = [book.store(), book.store()]
    other = threading.Thread(target=lambda: found.append(book.store()))
    other.start()
    other.join()
    assert found[0] is found[1]
    assert found[2] is not found[0]


def test_another_home_is_another_store(demo_home: Path, tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = demo_home
    first = book.store()
    settings.HOME = tmp_path
    assert book.store() is not first
    assert book.latest_month(PLAN) is None


def test_the_demonstration_is_handed_over(demo_desk: Path) -> None:
    assert Task.objects.filter(state="ISSUED").exists()
