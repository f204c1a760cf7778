"""Writes the files under ``fastparquet``: ``python write_with_fastparquet.py``, fastparquet 2026.9.0 on pandas 3.1.1.

Fastparquet writes no lists: headers are a column that holds nothing.
"""

from pathlib import Path

import fastparquet
import numpy as np
import pandas as pd

root = Path(__file__).parent / "fastparquet"
numbers = np.arange(4)
for arm in ("production", "shadow"):
    frame = pd.DataFrame(
        {
            "request_id": [f"r{number}" for number in numbers],
            "captured_at": pd.Timestamp("2026-03-02T08:05:00.123456Z") + pd.to_timedelta(numbers, unit="s"),
            "method": pd.Categorical(["GET", "POST", "GET", "POST"]),
            "path": [f"/items/{number}" for number in numbers],
            "status": np.where(numbers == 3, np.nan, 200.0),
            "response_headers": pd.Series([None] * 4, dtype=object),
            "body": pd.Series([f'{{"n":{number}}}'.encode() for number in numbers], dtype=object),
            "body_truncated": False,
            "latency_ms": np.where(numbers == 3, np.nan, 1.5),
            "error": pd.Series([None, None, None, "timeout"], dtype=object),
            "unit_id": np.nan,
            "sample_rate": 0.5,
        }
    )
    folder = root / "date=2026-03-02" / "hour=8" / f"arm={arm}"
    folder.mkdir(parents=True, exist_ok=True)
    fastparquet.write(str(folder / "part.0.parquet"), frame, compression="GZIP", write_index=False)
