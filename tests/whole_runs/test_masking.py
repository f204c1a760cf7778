"""No secret of a request or a response is left anywhere under --out, in MLflow or in what a command prints."""

import html
import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq
import pytest

from darklaunch.cli.main import main
from tests.whole_runs.runs import QUICK
from tests.worlds import row, write_log

pytestmark = pytest.mark.slow

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6ZXVzIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1rwW1g"
RESPONSES = {
    "password": "hunter2 Zq81xV",
    "token": "tok9f8e7d6c5b4a",
    "number at a secret name": "918273645546",
    "in an array": "tokelement77a1",
    "below a secret name": "under5ecret91",
    "e-mail in a text": "carol.danvers@example.org",
    "card": "5555 5555 5555 4444",
    "card as a number": "4012888888881881",
    "phone": "+44 20 7946 0123",
    "token in a text": JWT,
    "key in a text": "AKIAIOSFODNN7EXAMPLE",
    "user of an address": "rootuser:r00tpw",
    "query of an address": "addr55token66",
    "e-mail as a name": "dora.key@example.org",
    "session as a name": "k3yf00ba4sess",
    "configured": "Nicky configured 88",
    "cut in two": "sk-live-abcdefghij0123456789klmnop",
    "plain text": "textpw4815162342",
    "html": "htmlcsrf5f4dcc3b",
    "xml": "xmlpw108108",
    "form": "formpw2323",
    "events": "ssetoken161616",
    "broken json": "brokenpw9191",
    "cookie": "c00kie77aa88bb",
    "api key header": "respkey5e5e5e",
    "location header": "loctoken4f4f4f",
    "error": "err99ff88ee",
    "e-mail in an error": "henry.pym@example.org",
}
REQUESTS = {
    "authorization": "reqAuth5150abcdef",
    "request cookie": "reqcookie6c6c6c",
    "request api key": "reqkey7d7d7d",
    "client address": "203.0.113.77",
    "query": "qry7c1d9e8f",
    "e-mail in a query": "eve.moneypenny@example.org",
    "e-mail in a path": "frank.castle@example.org",
    "token in a path": "eyJpathpathpathpath.eyJwYXRocGF0aA.c2lnbmF0dXJl",
    "request body": "reqbodypw31337",
    "e-mail in a request body": "gwen.stacy@example.org",
    "form body": "reqformpw4711",
    "attribute": "attrsess424242",
    "e-mail in an attribute": "gail.simone@example.org",
    "unit": "sessionraw000111",
    "e-mail as unit": "ivy.pepper@example.org",
}
SECRETS = RESPONSES | REQUESTS
COUNT = 8
OPTIONS = [*QUICK, "-o", "contract.maximum_error_share=1"]


def body(arm, n):
    """A body whose secrets differ from arm to arm, and still hold what is searched for."""
    address, key = RESPONSES["user of an address"], RESPONSES["query of an address"]
    s = {name: secret if arm == "shadow" else f"{arm}{n} {secret}" for name, secret in RESPONSES.items()}
    return {
        "n": n,
        "password": s["password"],
        "auth": {"access_token": s["token"], "deep": {"label": s["below a secret name"]}},
        "tokens": [s["in an array"], "x"] if arm == "shadow" else [s["in an array"]],
        "cvv": int(RESPONSES["number at a secret name"]) + (0 if arm == "shadow" else 10**12),
        "message": f"Dear {s['e-mail in a text']}, call {s['phone']} or use {s['token in a text']}",
        "paid_with": s["card"],
        "reference": int(RESPONSES["card as a number"]) if arm == "shadow" else n,
        "log": f"{arm} used {RESPONSES['key in a text']} today",
        "next": f"https://{address}@host/{arm}{n}?page=2&token={key}",
        "users": {RESPONSES["e-mail as a name"]: {"age": n if arm == "shadow" else -1}},
        "sessions": {RESPONSES["session as a name"]: {"age": n if arm == "shadow" else -1}},
        "customer": {"nickname": s["configured"]},
        "long": "word " * 38 + RESPONSES["cut in two"] + f" {arm}",
        "lost": {"secret": s["password"]} if arm == "production" else None,
    }


def answers(arm, n):
    """(endpoint, content type, body) of every format."""
    said = "yes" if arm == "shadow" else f"no{n}"
    page = f"<input name='csrf_token' value='{RESPONSES['html']}'><p>{said} {RESPONSES['e-mail in a text']}</p>"
    events = f'data: {{"token": "{said}{RESPONSES["events"]}"}}\n\ndata: {{"said": "{said}"}}\n\n'
    return [
        ("/json", "application/json", body(arm, n)),
        ("/text", "text/plain", f"{said}, password: {said}{RESPONSES['plain text']}\n{'x ' * 200}".encode()),
        ("/html", "text/html", f"<html><body>{page}</body></html>".encode()),
        ("/xml", "application/xml", f"<a><password>{said}{RESPONSES['xml']}</password><b>{said}</b></a>".encode()),
        ("/form", "application/x-www-form-urlencoded", f"said={said}&password={said}{RESPONSES['form']}".encode()),
        ("/events", "text/event-stream", events.encode()),
        ("/broken", "application/json", f'{{"said": "{said}", "password": "{RESPONSES["broken json"]}"'.encode()),
        (None, "application/json", {"said": said}),
    ]


def headers(arm, kind):
    return [
        ("content-type", kind),
        ("set-cookie", f"sid={RESPONSES['cookie']}; {arm}"),
        ("x-api-key", RESPONSES["api key header"] + arm),
        ("location", f"https://host/{arm}?token={RESPONSES['location header']}"),
    ]


def asked(n):
    form = n % 2
    sent = {"password": REQUESTS["request body"], "to": REQUESTS["e-mail in a request body"]}
    return {
        "method": "POST",
        "path": f"/users/{REQUESTS['e-mail in a path']}/{REQUESTS['token in a path']}",
        "query": f"page=2&token={REQUESTS['query']}&q={quote(REQUESTS['e-mail in a query'])}",
        "request_headers": [
            ("authorization", f"Bearer {REQUESTS['authorization']}"),
            ("cookie", f"sid={REQUESTS['request cookie']}"),
            ("x-api-key", REQUESTS["request api key"]),
            ("x-forwarded-for", REQUESTS["client address"]),
            ("content-type", "application/x-www-form-urlencoded" if form else "application/json"),
        ],
        "request_body": f"password={REQUESTS['form body']}&a=1".encode() if form else json.dumps(sent).encode(),
        "attributes": [("session", REQUESTS["attribute"]), ("note", REQUESTS["e-mail in an attribute"])],
        "unit_id": REQUESTS["unit"] if form else REQUESTS["e-mail as unit"],
    }


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    rows = []
    for n in range(COUNT):
        for arm in ("production", "shadow", "baseline"):
            for at, (endpoint, kind, value) in enumerate(answers(arm, n)):
                captured = {"endpoint": endpoint, "response_headers": headers(arm, kind), **asked(n)}
                rows.append(row(f"r{n}-{at}", arm, at=float(n), body=value, **captured))
        failed = f"timeout at token={RESPONSES['error']} of {RESPONSES['e-mail in an error']}"
        rows.append(row(f"e{n}", "production", at=float(n), body={}, **asked(n)))
        rows.append(row(f"e{n}", "shadow", at=float(n), body=None, status=None, error=failed, **asked(n)))
    return write_log(tmp_path_factory.mktemp("masking") / "log", rows)


def texts(path):
    """Everything a file holds, as text."""
    raw = path.read_bytes()
    if path.suffix == ".png":
        return ""
    if raw[:4] == b"PAR1":
        return json.dumps(pq.ParquetFile(io.BytesIO(raw)).read().to_pylist(), default=str, ensure_ascii=False)
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return raw.decode("utf-8", "replace")


def spellings(secret):
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret), json.dumps(secret)}


def leaks(said):
    """(name of the secret, where) of every secret that is found."""
    return {(name, place) for place, text in said.items() for name, s in SECRETS.items() if holds(text, s)}


def holds(text, secret):
    return any(spelling in text for spelling in spellings(secret))


def everything(out: Path):
    # names of folders and files are read by people too
    files_ = {str(path.relative_to(out)): f"{path}\n{texts(path)}" for path in out.rglob("*") if path.is_file()}
    assert any(name.endswith(".parquet") for name in files_)
    assert any(name.endswith("mlflow.db") for name in files_)
    return files_


def run(log, out, capfd, caplog, *more):
    """The run of a user who has everything shown; returns all that is left of it, by place."""
    options = [*OPTIONS, "-o", 'publish.masked_paths=["$.body.customer"]', *more]
    code = main(["run", "--captures", str(log), "--out", str(out), "--master", "none", "--debug", *options])
    captured = capfd.readouterr()
    assert code == 0, captured.err
    return {**everything(out), "stdout": captured.out, "stderr": captured.err, "log": caplog.text}


def test_no_planted_secret_is_found_after_a_run(log, tmp_path, capfd, caplog):
    learning = ["-o", "noise.learn=true", "-o", "noise.learning_hours=1"]
    files_ = run(log, tmp_path / "out", capfd, caplog, *learning)
    assert leaks(files_) == set()
    differences = "".join(text for name, text in files_.items() if "/differences/" in name)
    assert all(
        path in differences for path in ("$.body.password", "$.body.users['[masked]'].age", "$.headers.location")
    )
    assert "masked text" in differences
    assert "masked number" in differences


def test_masking_all_leaves_kinds_and_paths(log, tmp_path, capfd, caplog):
    files_ = run(log, tmp_path / "out", capfd, caplog, "-o", "publish.masking=all")
    assert leaks(files_) == set()
    tables = [path for path in (tmp_path / "out").rglob("*.parquet") if "differences" in path.parts]
    shown = {v for path in tables for v in pq.read_table(path, columns=["production", "shadow"]).to_pydict()["shadow"]}
    kinds = {"text", "number", "boolean", "null", "object", "array"}
    assert shown <= {None, *(f"masked {kind}" for kind in kinds)}


def test_the_search_finds_secrets_where_nothing_is_masked(log, tmp_path, capfd, caplog):
    options = [*OPTIONS, "-o", "publish.masking=none"]
    assert main(["run", "--captures", str(log), "--out", str(tmp_path / "out"), "--master", "none", *options]) == 0
    said = {**everything(tmp_path / "out"), "stdout": capfd.readouterr().out, "log": caplog.text}
    files_ = {name for name, _ in leaks(said)}
    assert len(files_ & set(RESPONSES)) > len(RESPONSES) / 2


def test_errors_of_a_broken_contract_hold_no_secret(tmp_path, capfd, caplog):
    options = ["-o", "contract.maximum_quarantined_share=0", "-o", "captures.max_pair_gap=1s"]
    broken = [row(f"b{n}", "shadow", body=body("shadow", n), sample_rate=7.0, **asked(n)) for n in range(COUNT)]
    rows = [row(f"b{n}", "production", body=body("production", n), **asked(n)) for n in range(COUNT)]
    folder = write_log(tmp_path / "log", [*rows, *broken])
    assert main(["run", "--captures", str(folder), "--out", str(tmp_path / "out"), "--master", "none", *options]) == 3
    captured = capfd.readouterr()
    files = {str(path): texts(path) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert leaks({**files, "stdout": captured.out, "stderr": captured.err, "log": caplog.text}) == set()
