"""A webhook signed as Standard Webhooks does: https://www.standardwebhooks.com, version 1."""

import binascii
import json
import os
import time
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from darklaunch.errors import OutsideError
from darklaunch.publish.notify.addresses import refuse_private

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 15.0
_FIRST_DELAY_SECONDS: Final = 0.5
_TRY_AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def post(
    url: str, secret_variable: str, identity: str, payload: dict[str, Any], *, attempts: int, allow_private: bool
) -> None:
    """Posts a message.

    Args:
        url: where to.
        secret_variable: the environment variable that holds the secret, base64 with or without ``whsec_``.
        identity: of the message; the same in every attempt.
        payload: what is sent.
        attempts: at most.
        allow_private: whether the host may have a private address.

    Raises:
        OutsideError: it was not taken; the URL's path is not named.
        PrivateAddressError: the host has a private address.
    """
    from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

    try:
        signer = Webhook(os.environ.get(secret_variable, ""))
    except (EmptyWebhookSecretError, binascii.Error, ValueError) as error:
        raise OutsideError(f"{secret_variable}: found nothing, or no base64, wanted the webhook's secret") from error
    parts = urlsplit(url)
    if not allow_private:
        refuse_private(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    body = json.dumps(payload, allow_nan=False)
    for attempt in range(1, attempts + 1):
        now = datetime.now(timezone.utc)
        headers = {
            "content-type": "application/json",
            "user-agent": "darklaunch",
            "webhook-id": identity,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(identity, now, body),
        }
        trouble, again = _attempt(url, body, headers)
        if trouble is None:
            return
        if not again or attempt == attempts:
            raise OutsideError(f"{trouble} at attempt {attempt} of {attempts}")
        time.sleep(_FIRST_DELAY_SECONDS * 2 ** (attempt - 1))


def _attempt(url: str, body: str, headers: dict[str, str]) -> tuple[str | None, bool]:
    """What went wrong, if anything did, and whether another attempt may help."""
    import urllib3

    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    try:
        with urllib3.PoolManager() as pool:
            answer = pool.request(
                "POST",
                url,
                body=body.encode(),
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                # of the answer only its status is of interest, however long it is
                preload_content=False,
            )
            status = answer.status
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        return f"no answer ({type(error).__name__})", True
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None, False
    if status < HTTPStatus.BAD_REQUEST:
        return f"answered {status}, and redirects are not followed,", False
    return f"answered {status}", status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN
