"""The paths of a capture log, from which routes are proposed."""

import pyarrow.compute as pc

from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import UnreadableFileError, read_file
from darklaunch.capture.templates.route import Routes
from darklaunch.capture.templates.suggestion import RouteSuggestions, SuggestedRoutes


def suggest_routes(uri: str, known: Routes) -> SuggestedRoutes:
    """Proposes routes for the rows of a log that name no endpoint, file by file.

    Args:
        uri: the log's folder.
        known: routes that a description of the service gives.

    Raises:
        UsageError: there is no such folder.
        ContractError: it holds no capture log.
    """
    log, suggestions = list_log(uri), RouteSuggestions(known)
    checked = check_files(log)
    rows = unnamed_rows = 0
    unreadable = len(checked.corrupt)
    for file in checked.good:
        try:
            table = read_file(log.store, file, ["path", "endpoint"])
        except UnreadableFileError:
            unreadable += 1
            continue
        unnamed = table.filter(pc.is_null(table["endpoint"]))
        rows, unnamed_rows = rows + table.num_rows, unnamed_rows + unnamed.num_rows
        for path, count in _counted(pc.value_counts(unnamed["path"]).to_pylist()):
            suggestions.add(path, count)
    return SuggestedRoutes(
        routes=tuple(suggestions.routes()), rows=rows, unnamed_rows=unnamed_rows, unreadable_files=unreadable
    )


def _counted(values: list[dict[str, object]]) -> list[tuple[str, int]]:
    counted = ((each["values"], each["counts"]) for each in values)
    return [(path, count) for path, count in counted if isinstance(path, str) and isinstance(count, int)]
