"""Slack, Teams, e-mail and whatever else apprise knows: one URL a service, from an environment variable."""

import logging
import os
import time
from typing import Final

from darklaunch.errors import OutsideError

_FIRST_DELAY_SECONDS: Final = 0.5


def tell(variable: str, title: str, text: str, *, attempts: int) -> None:
    """Tells a service.

    Args:
        variable: the environment variable that holds its URL.
        title: one line.
        text: plain.
        attempts: at most.

    Raises:
        OutsideError: it was not taken, or apprise is not installed; the URL is not named.
    """
    try:
        import apprise
    except ImportError as error:
        raise OutsideError("apprise is not installed; pip install 'darklaunch[notify]'") from error
    url = os.environ.get(variable, "").strip()
    if not url:
        raise OutsideError("the variable is not set, wanted the URL of a service as apprise writes it")
    # its lines name the URL
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(async_mode=False, http_redirects=False, interpret_escapes=False)
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None or not hasattr(service, "redirects"):
        raise OutsideError("the variable holds no URL that apprise knows")
    service.redirects = False
    channel = apprise.Apprise(asset=asset)
    channel.add(service)
    for attempt in range(1, attempts + 1):
        if channel.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT):
            return
        if attempt < attempts:
            time.sleep(_FIRST_DELAY_SECONDS * 2 ** (attempt - 1))
    raise OutsideError(f"it refused, or could not be reached, {attempts} times")
