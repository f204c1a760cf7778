"""The process that Spark forks its Python workers from: what they need is imported once.

Spark clears Python's import caches at the start of every task, and Python then reads the folders of three zip files
anew, which takes 0.15 seconds of a processor. At its end Spark has Python search all that was ever imported for
reference cycles, which takes another 0.03.
"""

import gc
import zipimport

import pyspark.sql.conversion
import pyspark.worker
from pyspark.daemon import manager

import darklaunch.engine.spark
import darklaunch.engine.worker

IMPORTED = (pyspark.worker, pyspark.sql.conversion, darklaunch.engine.spark, darklaunch.engine.worker)
"""What workers inherit."""


def keep_zip_folders() -> None:
    """Lets the folders of zip files be read once; nobody changes these files while a session lives."""
    zipimport.zipimporter.invalidate_caches = _do_nothing  # type: ignore[method-assign, assignment]


def _do_nothing(importer: zipimport.zipimporter) -> None:
    """Leaves the caches of an importer as they are."""


if __name__ == "__main__":
    keep_zip_folders()
    # leaves out of every search what is there now
    gc.freeze()
    manager()  # type: ignore[no-untyped-call]
