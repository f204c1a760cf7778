"""The options of what writes files for people."""

from typing import Final

from darklaunch.cli.command import Option

SUMMARY: Final = Option(
    flag="--summary",
    metavar="FILE",
    help="append a summary in Markdown; where GITHUB_STEP_SUMMARY is set, there too",
)
EXPORT: Final = (
    Option(
        flag="--format",
        metavar="LIST",
        help="some of html, json, csv, pdf, xlsx, md, junit (default: pdf,xlsx,md,csv,json)",
    ),
    Option(flag="--masking", metavar="all", help="mask every value of requests and responses"),
    Option(flag="--to", metavar="DIR", help="where the files are written (default: export)"),
)
HTML: Final = Option(flag="--html", metavar="FILE", help="write the comparison as a page too")
PAGE: Final = Option(flag="page", metavar="PAGE", times="optional", help="the page to show (default: list them)")
