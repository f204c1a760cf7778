"""The plan of notification: whom to tell of what, and how long to try."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class Event(str, Enum):
    """What is worth a message."""

    VERDICT_CHANGED = "verdict_changed"
    WORSE_SINCE = "worse_since"
    RUN_FAILED = "run_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook that is signed as Standard Webhooks does.

    Attributes:
        url: without user, password and query.
        secret_variable: the environment variable that holds the secret.
    """

    url: str
    secret_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyPlan:
    """Whom to tell of what; as it stands, nobody.

    Attributes:
        events: what is reported.
        webhook: None: none.
        apprise_variables: environment variables that hold the URL of one service each, as apprise writes it.
        attempts: so often a message is tried at most.
        time_limit: of all attempts together.
        allow_private: whether private, loopback and link-local addresses may be reached.
    """

    events: frozenset[Event] = frozenset(Event)
    webhook: Webhook | None = None
    apprise_variables: tuple[str, ...] = ()
    attempts: int = 3
    time_limit: timedelta = timedelta(seconds=30)
    allow_private: bool = False

    @property
    def channels(self) -> tuple["Webhook | str", ...]:
        """The webhook, and the variables of the others."""
        return (*([self.webhook] if self.webhook is not None else []), *self.apprise_variables)
