"""Settings of the mirror, in a file of their own: who records is often not who judges."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from darklaunch.capture.mirror.redaction.names import CREDENTIAL_MEMBERS, CREDENTIAL_PARAMETERS
from darklaunch.config.settings.captures import Templates
from darklaunch.config.settings.types import (
    DISTINCT,
    EndpointName,
    Flag,
    Frozen,
    Range,
    Section,
    Share,
    SomeDuration,
    Text,
)
from darklaunch.text.credential_headers import CREDENTIAL_HEADERS

Size = Annotated[int, Range(at_least=1)]


class TargetSettings(Section):
    """An instance of the service.

    Attributes:
        url: ``http://host:port``, and a path that goes before that of every request.
        release: the build that answers there.
    """

    url: Text
    release: Text | None = None


class SamplingSettings(Section):
    """The share of the requests that is mirrored and recorded.

    Attributes:
        rate: of endpoints that ``rates`` does not name.
        rates: by endpoint; 0 leaves it out.
        by_unit: whether all requests of a unit are drawn together.
        salt: a secret that all processes share; needed where there are units.
        salt_period: the drawn requests and units change so often.
    """

    rate: Share = 1.0
    rates: Frozen[EndpointName, Share] = Field(default_factory=dict)
    by_unit: Flag = False
    salt: Text | None = Field(default=None, repr=False)
    salt_period: SomeDuration = timedelta(days=1)


class RedactionSettings(Section):
    """What must not reach the disk; a list replaces its default.

    Attributes:
        headers: of requests and answers.
        query: parameters of queries, forms, and URLs wherever they stand.
        json_paths: members of JSON bodies, such as ``$.user.email`` or ``$..password``.
    """

    headers: tuple[Text, ...] = CREDENTIAL_HEADERS
    query: tuple[Text, ...] = CREDENTIAL_PARAMETERS
    json_paths: tuple[Text, ...] = CREDENTIAL_MEMBERS


class MirrorLimitsSettings(Section):
    """What the mirror may cost.

    Attributes:
        copy_time: a copy that takes longer is a ``timeout``.
        copies_at_once: copies that one arm answers at a time.
        waiting_copies: copies that wait for that; one more is ``dropped``.
        memory_bytes: all that is held of requests and answers; what does not fit is counted only.
        body_bytes: a longer answer is cut, a longer request not mirrored.
        breaker_failures: after so many copies in a row without an answer the rest is ``dropped`` for a while.
        breaker_time: after which one copy tries again.
        rotate_time: a file so old appears.
        rotate_bytes: a file whose rows took so much memory appears.
        drain_time: how long the end waits for copies that are on their way.
    """

    copy_time: SomeDuration = timedelta(seconds=10)
    copies_at_once: Size = 32
    waiting_copies: Size = 256
    memory_bytes: Size = 64 << 20
    body_bytes: Size = 1 << 20
    breaker_failures: Size = 20
    breaker_time: SomeDuration = timedelta(seconds=30)
    rotate_time: SomeDuration = timedelta(minutes=1)
    rotate_bytes: Size = 128 << 20
    drain_time: SomeDuration = timedelta(seconds=10)


class MirrorFile(Section):
    """Every setting of the mirror.

    Attributes:
        production: who answers users; a recorder inside of production needs its release only.
        shadow: the release under test.
        baseline: a second instance of the production release.
        out: the capture log.
        sampling: which requests.
        redaction: what must not reach the disk.
        limits: at what cost.
        safe_endpoints: those that may be mirrored whatever their method.
        endpoints: templates, as those of ``captures``.
        unit_header: the request header that names the user, session or tenant.
        unit_cookie: the cookie that does.
        attributes: request headers of what answers are sliced by, by the attribute's name.
        keep_host: whether copies keep the ``host`` that users ask for.
    """

    production: TargetSettings
    shadow: TargetSettings
    baseline: TargetSettings | None = None
    out: Text
    sampling: SamplingSettings = SamplingSettings()
    redaction: RedactionSettings = RedactionSettings()
    limits: MirrorLimitsSettings = MirrorLimitsSettings()
    safe_endpoints: Annotated[tuple[EndpointName, ...], DISTINCT] = ()
    endpoints: Templates = ()
    unit_header: Text | None = None
    unit_cookie: Text | None = None
    attributes: Frozen[Text, Text] = Field(default_factory=dict)
    keep_host: Flag = True
