"""The options of the commands of `darklaunch capture`."""

from dataclasses import replace
from typing import Final

from darklaunch.cli.command import Option

FILES: Final = Option(flag="files", metavar="FILE", times="many", help="a recording: a path or a URI; .gz and .zst too")
URI: Final = Option(flag="uri", metavar="URI", help="the capture log: a folder or a URI")
OUT: Final = Option(flag="--out", metavar="URI", help="the capture log to write to (default: captures)")
ARM: Final = Option(flag="--arm", metavar="ARM", help="whose recording it is: production, shadow or baseline")
ENDPOINTS: Final = Option(
    flag="--endpoints",
    metavar="FILE",
    argument="endpoints_file",
    help="route templates, as a list, as settings or as an OpenAPI description, in YAML or JSON",
)
EVERY_FORMAT: Final = (
    FILES,
    ARM,
    OUT,
    ENDPOINTS,
    Option(flag="--release", metavar="NAME", help="the release of that arm"),
    Option(
        flag="--sample-rate",
        metavar="SHARE",
        argument="sample_rate",
        help="the share of requests that was recorded, above 0 and at most 1 (default: 1)",
    ),
    Option(
        flag="--id-header",
        metavar="NAME",
        argument="id_header",
        help="the request header with the correlation id that all arms share",
    ),
    Option(
        flag="--unit-header",
        metavar="NAME",
        argument="unit_header",
        help="the request header that names the user, session or tenant; it is hashed",
    ),
)
ONLY_GOR: Final = (
    Option(
        flag="--replayed-arm",
        metavar="ARM",
        argument="replayed_arm",
        help="whose answers the replayed responses are (default: shadow)",
    ),
    Option(
        flag="--replayed-release", metavar="NAME", argument="replayed_release", help="the release of the replayed arm"
    ),
)
ONLY_TAP: Final = (
    Option(
        flag="--shadow-suffix",
        metavar="TEXT",
        argument="shadow_suffix",
        help="ends the hosts of mirrored requests, as --shadow-suffix=-dark (default: -shadow; empty: none do)",
    ),
    Option(
        flag="--time-header",
        metavar="NAME",
        argument="time_header",
        help="the response header that tells the time, such as date, where the tap did not record it",
    ),
)
ONLY_TABLE: Final = (
    Option(
        flag="--map",
        metavar="COLUMN=NAME",
        argument="mapping",
        times="many",
        help="where columns come from: request_id=trace.id,captured_at=ts:ms,method='GET'; may be repeated",
    ),
)
PROXY: Final = (
    Option(flag="--production", metavar="URL", help="who answers users; instead of production.url"),
    Option(flag="--shadow", metavar="URL", help="the release under test; instead of shadow.url"),
    Option(flag="--baseline", metavar="URL", help="a second instance of production's release; instead of baseline.url"),
    replace(OUT, help="the capture log; instead of out"),
    Option(flag="--listen", metavar="HOST:PORT", help="where to listen (default: 127.0.0.1:8080)"),
)
