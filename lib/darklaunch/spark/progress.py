"""Progress of the running Spark job, for people who wait; nothing is computed here."""

from py4j.protocol import Py4JError
from pyspark import SparkContext


def task_share() -> float | None:
    """The share of tasks done in the stages that run now; None where no job runs, or Spark does not tell."""
    # the session that is active belongs to another thread; and Spark Connect has no context, so no share either
    context = SparkContext._active_spark_context  # noqa: SLF001
    if context is None or getattr(context, "_jsc", None) is None:
        return None
    try:
        tracker = context.statusTracker()
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    except Py4JError:
        # Spark is starting or ending
        return None
    tasks = sum(stage.numTasks for stage in stages if stage is not None)
    return sum(stage.numCompletedTasks for stage in stages if stage is not None) / tasks if tasks else None
