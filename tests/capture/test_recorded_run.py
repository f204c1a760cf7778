"""What was recorded goes through a whole run: the planted change is blocked, and nothing else is."""

import json

import httpx
import pytest

from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.proxy.app import MirrorProxy
from darklaunch.capture.recorder.asgi import AsgiRecorder
from darklaunch.cli import main
from tests.capture.loopback import Service, serve

REQUESTS = 60


def planted(answer):
    if answer["path"].startswith("/prices/"):
        answer["price"] = 1


@pytest.mark.slow
@pytest.mark.parametrize("front", ["recorder", "proxy"])
def test_the_planted_change_is_blocked_and_the_rest_is_not(front, tmp_path, capsys):
    templates = tuple((template, template) for template in ("/prices/{id}", "/items/{id}"))
    with serve(Service()) as production, serve(Service(change=planted)) as shadow:
        settings = MirrorSettings(
            out=str(tmp_path / "captures"),
            shadow=Target(url=shadow, release="2"),
            baseline=Target(url=production),
            production_release="1",
            templates=templates,
        )
        app = MirrorProxy(Target(url=production), settings) if front == "proxy" else AsgiRecorder(Service(), settings)
        with serve(app, own_headers=front == "recorder") as url, httpx.Client(base_url=url) as client:
            for number in range(REQUESTS):
                for kind in ("prices", "items"):
                    assert client.get(f"/{kind}/{number}").status_code == 200
        if front == "recorder":
            app.close()
    words = [
        "run",
        "--captures",
        str(tmp_path / "captures"),
        "--out",
        str(tmp_path / "out"),
        "--master",
        "none",
        "--json",
    ]
    assert main.main([*words, "-o", "publish.formats=[json]", "-o", "noise.learn=false"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    verdicts = {endpoint["endpoint"]: endpoint["verdict"] for endpoint in verdict["endpoints"]}
    assert verdicts == {"GET /prices/{id}": "block", "GET /items/{id}": "hold"}
    mismatches = {endpoint["endpoint"]: endpoint["mismatches"] for endpoint in verdict["endpoints"]}
    assert mismatches == {"GET /prices/{id}": REQUESTS, "GET /items/{id}": 0}
    assert verdict["funnel"]["paired"] == verdict["funnel"]["production"] == 2 * REQUESTS
