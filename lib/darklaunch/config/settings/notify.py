"""Settings of `publish.notify`: whom to tell of a changed verdict or a failure; as they stand, nobody."""

import re
from datetime import timedelta
from typing import Annotated, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from darklaunch.config.settings.types import DISTINCT, Flag, Range, Section, SomeDuration, Wanted
from darklaunch.publish.notify.plan import Event, NotifyPlan, Webhook

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


def _variable(name: str) -> str:
    # who writes the secret itself here must not read it again in an error
    if _VARIABLE.fullmatch(name) is None or name.startswith("whsec_"):
        raise PydanticCustomError(
            "finding", "found something else than the name of an environment variable, wanted one such as NOTIFY_URL"
        )
    return name


def _plain_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise PydanticCustomError(
            "finding", "found no URL of a web server, wanted one such as https://example.com/hook"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise PydanticCustomError(
            "finding", "found a user, a password or a query, wanted none: reports show it, and the signature is enough"
        )
    return url


Variable: TypeAlias = Annotated[str, Wanted("the name of an environment variable"), AfterValidator(_variable)]


class WebhookSettings(Section):
    """A webhook that is signed as Standard Webhooks does.

    Attributes:
        url: where messages are posted; None: nowhere.
        secret_variable: the environment variable that holds the secret.
    """

    url: Annotated[str, Wanted("a URL such as https://example.com/hook"), AfterValidator(_plain_url)] | None = None
    secret_variable: Variable = "DARKLAUNCH_WEBHOOK_SECRET"  # noqa: S105 - a variable's name


class NotifySettings(Section):
    """Whom to tell of what.

    Attributes:
        webhook: gets JSON.
        apprise_variables: environment variables with the URL of one service each.
        events: what is told.
        attempts: so often a message is tried at most.
        time_limit: of all attempts together.
        allow_private: whether private addresses, and http without TLS, may be used.
    """

    webhook: WebhookSettings = WebhookSettings()
    apprise_variables: Annotated[tuple[Variable, ...], DISTINCT] = ()
    events: Annotated[tuple[Literal["verdict_changed", "worse_since", "run_failed"], ...], DISTINCT] = (
        "verdict_changed",
        "worse_since",
        "run_failed",
    )
    attempts: Annotated[int, Range(at_least=1, at_most=10)] = 3
    time_limit: SomeDuration = timedelta(seconds=30)
    allow_private: Flag = False

    @model_validator(mode="after")
    def _encrypted_where_others_listen(self) -> "NotifySettings":
        if not self.allow_private and self.webhook.url is not None and not self.webhook.url.startswith("https:"):
            raise PydanticCustomError("finding", "found a webhook of http, wanted https, or allow_private: true")
        return self

    @property
    def plan(self) -> NotifyPlan:
        """The same as the value that publishing takes."""
        webhook = self.webhook
        return NotifyPlan(
            events=frozenset(map(Event, self.events)),
            webhook=Webhook(url=webhook.url, secret_variable=webhook.secret_variable) if webhook.url else None,
            apprise_variables=self.apprise_variables,
            attempts=self.attempts,
            time_limit=self.time_limit,
            allow_private=self.allow_private,
        )
