"""The commands `darklaunch capture import`: gor, envoy-tap, har and table."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from darklaunch.capture.arm import ARMS, Arm
from darklaunch.capture.importers import run
from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.options import ImportOptions
from darklaunch.capture.importers.run import Format, Importer
from darklaunch.capture.templates.files import read_routes
from darklaunch.capture.templates.route import Routes
from darklaunch.cli.capture.import_view import import_text
from darklaunch.cli.capture.progress import bytes_progress
from darklaunch.cli.command import Arguments
from darklaunch.errors import UsageError
from darklaunch.text.escape import quoted

_OUT: Final = "captures"


def import_gor(arguments: Arguments) -> int:
    """Imports GoReplay files."""
    from darklaunch.capture.importers.gor.importer import GorImporter, GorOptions

    own = GorOptions(
        replayed_arm=_arm("--replayed-arm", arguments.replayed_arm), replayed_release=arguments.replayed_release
    )
    return _import(arguments, Format.GOR, lambda options, account: GorImporter(options, own, account))


def import_envoy_tap(arguments: Arguments) -> int:
    """Imports the output of Envoy's HTTP tap."""
    from darklaunch.capture.importers.envoy.importer import TapImporter, TapOptions

    own = TapOptions(shadow_suffix=arguments.shadow_suffix, time_header=arguments.time_header)
    return _import(arguments, Format.ENVOY_TAP, lambda options, account: TapImporter(options, own, account))


def import_har(arguments: Arguments) -> int:
    """Imports HAR files."""
    from darklaunch.capture.importers.har.importer import HarImporter

    return _import(arguments, Format.HAR, HarImporter)


def import_table(arguments: Arguments) -> int:
    """Imports Parquet, CSV or JSON lines."""
    from darklaunch.capture.importers.table.importer import TableImporter
    from darklaunch.capture.importers.table.mapping import read_mapping

    mapping = read_mapping(arguments.mapping)
    return _import(arguments, Format.TABLE, lambda options, account: TableImporter(options, mapping, account))


def _import(
    arguments: Arguments, file_format: Format, importer_of: Callable[[ImportOptions, Account], Importer]
) -> int:
    options, account = _options(arguments), Account()
    sources = run.find_sources(arguments.files)
    with bytes_progress(sources, arguments) as progress:
        report = run.import_files(
            sources,
            importer_of(options, account),
            account,
            file_format=file_format,
            arm=options.arm,
            out=arguments.out or _OUT,
            progress=progress,
        )
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(import_text(report, arguments.out or _OUT))
    return 0


def _options(arguments: Arguments) -> ImportOptions:
    return ImportOptions(
        arm=_arm("--arm", arguments.arm),
        sample_rate=_share("--sample-rate", arguments.sample_rate),
        release=_not_blank("--release", arguments.release),
        id_header=_not_blank("--id-header", arguments.id_header),
        unit_header=_not_blank("--unit-header", arguments.unit_header),
        routes=Routes() if arguments.endpoints_file is None else read_routes(arguments.endpoints_file),
    )


def _arm(flag: str, name: str) -> Arm:
    if name not in ARMS:
        raise UsageError(f"{flag}: found {quoted(name) if name else 'nothing'}, wanted one of {', '.join(ARMS)}")
    return Arm(name)


def _share(flag: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise UsageError(f"{flag}: found {quoted(text)}, wanted a number above 0 and at most 1")
    return share


def _not_blank(flag: str, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise UsageError(f"{flag}: found {quoted(text)}, wanted a name")
    return text
