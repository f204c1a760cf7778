"""The command `darklaunch capture proxy`."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

from darklaunch.cli.command import Arguments
from darklaunch.errors import UsageError

_NEEDED = ("httpx", "uvicorn", "websockets")


def proxy(arguments: Arguments) -> int:
    """Serves until it is interrupted; says what was recorded."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"capture proxy: found no {', '.join(missing)}; wanted them: pip install 'darklaunch[capture]'"
        )
    from darklaunch.capture.proxy.serve import serve
    from darklaunch.config.mirror import load_mirror

    given = (
        ("production.url", arguments.production),
        ("shadow.url", arguments.shadow),
        ("baseline.url", arguments.baseline),
        ("out", arguments.out),
    )
    overrides = [*arguments.overrides, *(f"{key}={json.dumps(value)}" for key, value in given if value is not None)]
    host, port = _address(arguments.listen)
    conf = Path(arguments.conf) if arguments.conf else None
    plan = load_mirror(conf=conf, env=arguments.env, overrides=overrides)
    if not arguments.quiet:
        sys.stderr.write(f"darklaunch: listening at http://{host}:{port}; Ctrl-C ends\n")
    counts = serve(plan.production, plan.settings, host=host, port=port)
    if arguments.json:
        sys.stdout.write(json.dumps(counts.as_dict(), indent=2) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(f"{counts}\n")
    return 0


def _address(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise UsageError(f"--listen: found {text!r}, wanted an address and a port such as 127.0.0.1:8080")
    return host.removeprefix("[").removesuffix("]"), int(port)
