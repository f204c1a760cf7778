"""The same work as the compare stage in DuckDB, written for this log: its rules are compiled into the queries.

Copies are settled by the earliest row, rows are checked against the contract, headers and bodies are compared under
the benchmark's rules, pairs with their differences go to Parquet, evidence is counted by unit and latencies into
histograms. What it leaves out: rows that are no good are counted and not set apart by reason, bodies that are no JSON
end it, arrays are compared by position, values are not masked, and there is no baseline, no truncation and no charset.
"""

import os
from pathlib import Path

import duckdb

from darklaunch.pair.headers import HEADERS_WITHOUT_VALUE
from tests.benchmarks.ours import VOLATILE

_ROWS = r"""
CREATE TEMP VIEW log AS SELECT * FROM read_parquet('{log}/**/*.parquet', hive_partitioning = true);
CREATE TEMP TABLE profile AS
SELECT arm, count(*) AS n, count_if(request_id IS NULL OR captured_at IS NULL OR sample_rate IS NULL) AS bad,
       count_if(sample_rate <= 0 OR sample_rate > 1) AS bad_rates, count_if(latency_ms < 0) AS bad_latencies,
       count_if(status NOT BETWEEN 100 AND 599) AS bad_statuses, count_if(body IS NULL) AS no_body,
       count_if(unit_id IS NULL) AS no_unit, count(DISTINCT release) AS releases, min(captured_at), max(captured_at)
FROM log GROUP BY arm;
CREATE TEMP TABLE copied AS
SELECT arm, request_id, count(*) AS copies, min(captured_at) AS earliest FROM log GROUP BY ALL HAVING count(*) > 1;
CREATE TEMP VIEW good AS
SELECT * FROM log ANTI JOIN copied USING (arm, request_id)
UNION ALL
SELECT * FROM (SELECT log.* FROM log JOIN copied USING (arm, request_id)
               QUALIFY row_number() OVER (PARTITION BY arm, request_id ORDER BY captured_at, hash(body)) = 1);
"""

_PAIRS = r"""
CREATE TEMP TABLE pairs AS
WITH joined AS (
    SELECT p.request_id, p.endpoint, date_trunc('hour', p.captured_at) AS bucket, hash(p.unit_id) AS unit,
           p.sample_rate, p.status AS production_status, s.status AS shadow_status,
           p.latency_ms AS production_latency_ms, s.latency_ms AS shadow_latency_ms,
           p.error AS production_error, s.error AS shadow_error, p.body = s.body AS bodies_equal,
           CASE WHEN p.body <> s.body THEN decode(p.body) END AS production,
           CASE WHEN p.body <> s.body THEN decode(s.body) END AS shadow,
           list_filter(p.response_headers, lambda h: lower(h.name) NOT IN {headers}) AS production_headers,
           list_filter(s.response_headers, lambda h: lower(h.name) NOT IN {headers}) AS shadow_headers
    FROM good p LEFT JOIN good s ON p.request_id = s.request_id AND s.arm = 'shadow'
        AND abs(epoch(s.captured_at) - epoch(p.captured_at)) <= 600
    WHERE p.arm = 'production'
), split AS (
    SELECT *, json_extract(production, {paths}) AS production_ignored, json_extract(shadow, {paths}) AS shadow_ignored,
           json_merge_patch(production, '{patch}')::VARCHAR AS production_rest,
           json_merge_patch(shadow, '{patch}')::VARCHAR AS shadow_rest
    FROM joined
)
SELECT * EXCLUDE (production, shadow, production_rest, shadow_rest, production_ignored, shadow_ignored),
       list_filter(list_zip({paths}, production_ignored, shadow_ignored), lambda d: d[2] <> d[3]) AS ignored,
       CASE WHEN production_rest <> shadow_rest THEN production_rest END AS production_rest,
       CASE WHEN production_rest <> shadow_rest THEN shadow_rest END AS shadow_rest
FROM split;
CREATE TEMP TABLE differing AS
WITH production AS (
    SELECT request_id, t.fullkey AS path, t.value, t.type FROM pairs, json_tree(production_rest::JSON) t
    WHERE production_rest IS NOT NULL AND t.type NOT IN ('OBJECT', 'ARRAY')
), shadow AS (
    SELECT request_id, t.fullkey AS path, t.value, t.type FROM pairs, json_tree(shadow_rest::JSON) t
    WHERE shadow_rest IS NOT NULL AND t.type NOT IN ('OBJECT', 'ARRAY')
), beside AS (
    SELECT request_id, path, p.value AS production, s.value AS shadow
    FROM production p FULL JOIN shadow s USING (request_id, path) WHERE p.value IS DISTINCT FROM s.value
)
SELECT request_id, path, production, shadow,
       (regexp_matches(path, '^\$\.items\[\d+\]\.field\d*[13579]$') OR regexp_matches(path, '\\.deep\\d*[02468]$'))
       AND coalesce(abs(try_cast(production AS DOUBLE) - try_cast(shadow AS DOUBLE))
           <= 0.01 * greatest(abs(try_cast(production AS DOUBLE)), abs(try_cast(shadow AS DOUBLE))), false) AS settled
FROM beside;
CREATE TEMP TABLE compared AS
SELECT * EXCLUDE (production_rest, shadow_rest, production_headers, shadow_headers),
       list_sort(production_headers) <> list_sort(shadow_headers) AS headers_differ,
       production_status IS DISTINCT FROM shadow_status OR list_sort(production_headers) <> list_sort(shadow_headers)
       OR coalesce(d.mismatch, false) AS mismatch
FROM pairs LEFT JOIN (
    SELECT request_id, list((path, production, shadow, settled)) AS differences, bool_or(NOT settled) AS mismatch
    FROM differing GROUP BY request_id) d USING (request_id);
COPY compared TO '{out}/pairs.parquet' (COMPRESSION zstd);
COPY (SELECT request_id, endpoint, unnest(ignored) FROM compared WHERE ignored IS NOT NULL)
TO '{out}/ignored.parquet' (COMPRESSION zstd);
COPY differing TO '{out}/differences.parquet' (COMPRESSION zstd);
"""

_COUNTS = r"""
CREATE TEMP TABLE patterns AS
SELECT endpoint, bucket, m, k_body, k_status, unpaired, weight, count(*) AS units FROM (
    SELECT endpoint, bucket, unit, 1 / sample_rate AS weight, count(shadow_status) AS m, count_if(mismatch) AS k_body,
           count_if(production_status < 500 AND shadow_status >= 500) AS k_status,
           count_if(shadow_status IS NULL) AS unpaired
    FROM compared GROUP BY ALL) GROUP BY ALL;
CREATE TEMP TABLE latencies AS
SELECT endpoint, bucket, sample_rate, round(ln(production_latency_ms) / ln(1.02)) AS production,
       round(ln(shadow_latency_ms) / ln(1.02)) AS shadow, count(*) AS n
FROM compared
GROUP BY GROUPING SETS ((endpoint, bucket, sample_rate, production), (endpoint, bucket, sample_rate, shadow));
CREATE TEMP TABLE panel AS
SELECT bucket, unit, count(*) FROM compared WHERE unit % 64 = 0 GROUP BY ALL;
CREATE TEMP TABLE paths AS
SELECT endpoint, path, settled, count(*) AS n, any_value(production), any_value(shadow)
FROM differing JOIN compared USING (request_id) GROUP BY ALL;
"""


def compare(log: Path, out: Path) -> int:
    """Runs it in this process on two threads; returns the mismatches."""
    out.mkdir(parents=True, exist_ok=True)
    words = {
        "log": log,
        "out": out,
        "headers": str(HEADERS_WITHOUT_VALUE),
        "paths": [f"$.{name}" for name in VOLATILE],
        "patch": "{" + ", ".join(f'"{name}": null' for name in VOLATILE) + "}",
    }
    with duckdb.connect(config={"threads": len(os.sched_getaffinity(0))}) as connection:
        for queries in (_ROWS, _PAIRS, _COUNTS):
            connection.execute(queries.format(**words))
        (mismatches,) = connection.execute("SELECT count_if(mismatch) FROM compared").fetchone() or (0,)
    return int(mismatches)
