"""Exchanges as GoReplay records them, and their import."""

from darklaunch.capture.importers.run import Format
from tests.capture.importers.recordings import (
    AT_NS,
    NEW_ID,
    gor,
    imported,
    request,
    response,
)

MS = 1_000_000


def read(tmp_path, *records, files=None, **options):
    return imported(tmp_path, Format.GOR, files or {"a.gor": b"".join(records)}, **options)


def exchange(identity=NEW_ID, at_ns=AT_NS, n=1):
    """Request, original response and replayed response of a modern version."""
    return (
        gor(1, identity, at_ns, 2 * MS, request(f"/items/{n}")),
        gor(2, identity, at_ns + 5 * MS, 3 * MS, response(b'{"n":%d}' % n)),
        gor(3, identity, at_ns + 1 * MS, 9 * MS, response(b'{"n":%d}' % -n)),
    )
