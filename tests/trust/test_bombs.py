"""Small bodies that stand for large ones: declared or not, compressed or spelt by entities."""

import gzip
import io
import resource
import zipfile
import zlib

import pyarrow as pa
import pytest

from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.capture.mirror.redaction.redactor import Redactor
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Incomparable
from darklaunch.diff.privacy.masking import Masking
from tests.diff.test_hostile_bodies import RULES, response
from tests.trust.damage import in_time

SIZE_BYTES = 2**28
MOST_BYTES = 2**27 + 2**24  # of a body that may have 64 MB, and the growing of its buffer
PLAIN = bytes(SIZE_BYTES)
BOMBS = {
    "gzip": gzip.compress(PLAIN, 1),
    "deflate": zlib.compress(PLAIN, 1),
    "br": pa.Codec("brotli").compress(PLAIN, asbytes=True),
    "zstd": pa.Codec("zstd").compress(PLAIN, asbytes=True),
}


def held(act):
    """What it returns, and the most bytes that Python held for it."""
    import tracemalloc

    tracemalloc.start()
    try:
        return act(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_in_any_coding_is_not_inflated(coding):
    with in_time(coding):
        outcome, most_bytes = held(lambda: compare_bodies(response(BOMBS[coding], coding=coding), response(b"{}")))
    assert isinstance(outcome, Incomparable)
    assert most_bytes < MOST_BYTES


def peak_mb():
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare_bodies(production, shadow):
    return compare(production, shadow, RULES, Masking.SENSITIVE)


def zipped():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", PLAIN)
    return sink.getvalue()


@pytest.mark.parametrize("body", [*BOMBS.values(), zipped()], ids=[*BOMBS, "zip"])
@pytest.mark.parametrize("content_type", ["application/json", "application/zip", "application/gzip", None])
def test_what_declares_no_coding_is_not_inflated(body, content_type):
    before_mb = peak_mb()
    with in_time(content_type):
        outcome = compare_bodies(response(body, content_type), response(body + b"x", content_type))
    assert isinstance(outcome, Compared | Incomparable)
    assert peak_mb() < before_mb + 64


@pytest.mark.parametrize("coding", BOMBS)
@pytest.mark.parametrize("layers", [1, 2])
def test_the_recorder_does_not_inflate_a_bomb(coding, layers):
    body, codings = BOMBS[coding], coding
    if layers == 2:
        body, codings = gzip.compress(body), f"{coding}, gzip"
    headers = (("content-encoding", codings), ("content-type", "application/json"))
    redactor = Redactor(Redaction()).of_request("r", (), None, None)
    with in_time(coding):
        kept, most_bytes = held(lambda: redactor.body(body, headers))
    assert kept is None
    assert most_bytes < MOST_BYTES


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCUMENTS = {
    "a billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>',
    "a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>',
    "a host": '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/x"> %x;]><a>1</a>',
    "a schema": '<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/x"><a>1</a>',
    "an inclusion": '<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file://{secret}" parse="text"/></a>',
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("content_type", ["application/xml", "text/html", "image/svg+xml"])
def test_entities_of_xml_are_not_expanded_and_reach_nothing(tmp_path, name, content_type):
    from tests.capture.loopback import Service, serve

    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    service = Service()
    with serve(service) as url:
        text = DOCUMENTS[name].replace("{secret}", str(secret)).replace("{port}", url.rpartition(":")[2])
        outcome, most_bytes = held(
            lambda: compare_bodies(
                response(text.encode(), content_type), response(text.replace("</a>", "x</a>").encode(), content_type)
            )
        )
    assert service.seen == []
    assert "hunter2" not in repr(outcome)
    assert most_bytes < 2**24
