"""A process that sends one message over one channel, read as JSON from standard input.

A process of its own, because it can be ended when its time is over, and because what it refuses to connect to then
concerns nobody else.
"""

import json
import sys
from typing import Any

from darklaunch.errors import OutsideError
from darklaunch.publish.notify import services, webhook
from darklaunch.publish.notify.addresses import PrivateAddressError, guard_connections


def send(order: dict[str, Any]) -> str:
    """Sends a message; what went wrong, or nothing."""
    try:
        if order["variable"] is None:
            webhook.post(
                order["url"],
                order["secret_variable"],
                order["identity"],
                order["payload"],
                attempts=order["attempts"],
                allow_private=order["allow_private"],
            )
        else:
            services.tell(order["variable"], order["title"], order["text"], attempts=order["attempts"])
    except (OutsideError, PrivateAddressError) as error:
        return str(error)
    except Exception as error:  # whatever a library lets through; its text may hold the URL
        return f"failed ({type(error).__name__})"
    return ""


if __name__ == "__main__":
    given = json.load(sys.stdin)
    if not given["allow_private"]:
        guard_connections()
    sys.stdout.write(json.dumps(send(given)))
