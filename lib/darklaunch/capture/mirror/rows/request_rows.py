"""Rows of the capture log, redacted."""

from functools import cached_property
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.answered import Answered, Response
from darklaunch.capture.mirror.budget import Budget
from darklaunch.capture.mirror.redaction.redactor import Redactor, RequestRedactor
from darklaunch.capture.mirror.settings import MirrorSettings
from darklaunch.capture.writing.exchange import Exchange, Headers

_OF_SERVERS: Final = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


class RequestRows:
    """The rows of one request, one for each arm; made and released in one thread."""

    def __init__(
        self, answered: Answered, settings: MirrorSettings, redactor: Redactor, budget: Budget, *, held_bytes: int
    ) -> None:
        self._answered, self._settings, self._held_bytes = answered, settings, held_bytes
        self._all_redactors, self._budget = redactor, budget
        self._unreleased = 1 + len(settings.copies)

    @cached_property
    def _redactor(self) -> RequestRedactor:
        answered = self._answered
        return self._all_redactors.of_request(answered.request_id, answered.headers, answered.query, answered.body)

    def row(self, arm: Arm, response: Response) -> Exchange:
        """The row of one arm.

        Only that of production shows the request's headers and body: those of the copies were the same.

        Raises:
            ValueError: something in it breaks the contract.
        """
        answered, redactor, is_production = self._answered, self._redactor, arm is Arm.PRODUCTION
        body, truncated = response.body, response.truncated
        if response.body:
            body = redactor.body(response.body, response.headers, truncated=truncated)
            truncated = truncated or body is None
        headers = None
        if response.status is not None:
            lengths = (len(response.body), len(body)) if response.body and body is not None else None
            headers = redactor.headers(self._headers(arm, response), lengths=lengths)
        return Exchange(
            request_id=answered.request_id,
            captured_at=response.captured_at,
            method=answered.method,
            path=redactor.text(answered.path) or "/",
            query=redactor.query(answered.query),
            endpoint=answered.route,
            request_headers=redactor.headers(answered.headers) if is_production else None,
            request_body=self._request_body() if is_production else None,
            status=response.status,
            response_headers=headers,
            body=body,
            body_truncated=truncated,
            latency_ms=response.latency_ms,
            error=response.error,
            sample_rate=answered.sample_rate,
            unit_id=answered.unit_id,
            release=self._release_of(arm),
            attributes=tuple((name, redactor.text(value)) for name, value in answered.attributes) or None,
        )

    def release(self, held_bytes: int) -> None:
        """Gives back what an answer held, and with the last one what the request did."""
        self._unreleased -= 1
        self._budget.give(held_bytes + (0 if self._unreleased else self._held_bytes))

    def _headers(self, arm: Arm, response: Response) -> Headers:
        """The headers of an answer, without those that production's server may have added as well, unseen."""
        if arm is Arm.PRODUCTION or not self._answered.within:
            return response.headers
        known = {name.lower() for name, _ in self._answered.production.headers}
        return tuple(
            each for each in response.headers if each[0].lower() in known or each[0].lower() not in _OF_SERVERS
        )

    def _request_body(self) -> bytes | None:
        body = self._answered.body
        return self._redactor.body(body, self._answered.headers) if body else body

    def _release_of(self, arm: Arm) -> str | None:
        if arm is Arm.PRODUCTION:
            return self._settings.production_release
        release = self._settings.copies[arm].release
        # a baseline is an instance of production's release
        return self._settings.production_release if release is None and arm is Arm.BASELINE else release
