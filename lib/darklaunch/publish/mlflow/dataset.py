"""The rows that a look judged, as the dataset input of its MLflow run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from darklaunch.publish import formatting
from darklaunch.publish.report.run import RunReport
from darklaunch.text.credentials import without_credentials

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput

DIGEST: Final = "darklaunch.pairs_digest"
"""The tag with the digest that holds now: a look that is judged again of other rows has both as inputs."""

_CONTEXT: Final = "comparison"
_HASHED: Final = ("request_id", "outcome", "mismatch", "production_status", "shadow_status", "baseline_status")
_NOT_JUDGED: Final = "other_window"
_LONGEST_NAME: Final = 400


def pairs_digest(folder: Path) -> str | None:
    """A digest of the requests that a run judged, whatever the order of their rows; None: they were not kept.

    Args:
        folder: the run's folder.
    """
    files = sorted((folder / "pairs").glob("*.parquet"))
    if not files:
        return None
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq

    rows, total = 0, 0
    for file in files:
        parquet = pq.ParquetFile(file)
        # runs of early versions have fewer
        columns = [name for name in _HASHED if name in parquet.schema_arrow.names]
        frame = parquet.read(columns=columns).to_pandas()
        frame = frame[frame["outcome"].astype(str) != _NOT_JUDGED].astype(str)
        rows += len(frame)
        # a sum does not know in which order, or in which file, the rows came
        total += int(pd.util.hash_pandas_object(frame, index=False).to_numpy().sum(dtype=np.uint64))
    return f"{rows:x}-{total % 2**64:016x}"


def dataset_input(report: RunReport, digest: str) -> "DatasetInput":
    """The window of the capture log that was judged: where it lies, when it is of, and what came of its rows."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    uri = without_credentials(report.window.settings.get("captures.uri") or "")
    span, funnel = report.span, report.window.funnel
    profile = {
        "window": {"from": span.start.isoformat(), "to": span.end.isoformat()},
        "rows": {arm.value: count for arm, count in funnel.read.items()},
        "requests": {box: count for box, count in funnel.requests.items() if count},
    }
    dataset = Dataset(
        name=formatting.visible(report.launch.name, longest=_LONGEST_NAME),
        digest=digest,
        source_type=urlsplit(uri).scheme or "local",
        source=json.dumps({"uri": uri}),
        profile=json.dumps(profile),
    )
    return DatasetInput(dataset, tags=[InputTag("mlflow.data.context", _CONTEXT)])
