"""The app `planning`."""

from datetime import time, timedelta
from typing import ClassVar

from django.apps import AppConfig

from weixi.desk.planning.rules import ACTS, WORDS
from weixi.desk.worker.rules import Every, Kind
from weixi.kernel.language import Text


class PlanningConfig(AppConfig):
    """The planner's work: the plan in force, the data, the month."""

    name = "weixi.desk.planning"
    label = "planning"
    acts = ACTS
    words = WORDS
    jobs: ClassVar = (
        Kind("planning.run", Text("运行月度", "run a month"), "weixi.desk.planning.jobs.month.run"),
        Kind("planning.apply", Text("派单", "hand over a plan"), "weixi.desk.planning.jobs.month.apply"),
        Kind("planning.freeze", Text("拍照封存", "seal cohorts"), "weixi.desk.planning.jobs.month.freeze"),
        Kind(
            "planning.suggest",
            Text("识别上传的文件", "look at uploaded files"),
            "weixi.desk.planning.jobs.intake.look",
        ),
        Kind(
            "planning.import", Text("导入数据", "import an extract"), "weixi.desk.planning.jobs.intake.take"
        ),
        Kind(
            "planning.try",
            Text("方案试算", "try a playbook out"),
            "weixi.desk.planning.jobs.trial.compare_with_force",
        ),
        Kind(
            "planning.collect",
            Text("收集办理记录，按数据核验、归档", "collect what was done, verify and archive by the data"),
            "weixi.desk.planning.jobs.clock.collect",
        ),
        Kind(
            "planning.escalate",
            Text("超时任务升级", "escalate overdue tasks"),
            "weixi.desk.planning.jobs.clock.escalate",
        ),
    )
    schedule: ClassVar = (
        Every("planning.collect", at=time(1, 30)),
        Every("planning.escalate", span=timedelta(minutes=10)),
    )
