"""The settings of the mirror as domain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.capture.mirror.settings import Limits, MirrorSettings, Sampling, Target
from darklaunch.config.loading.load import load_as
from darklaunch.config.settings.mirror import MirrorFile, TargetSettings
from darklaunch.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorPlan:
    """Production, and what is mirrored of it."""

    production: Target
    settings: MirrorSettings


def load_mirror(*, conf: Path | None = None, env: str | None = None, overrides: Sequence[str] = ()) -> MirrorPlan:
    """Loads the settings of the mirror from YAML, as ``load`` does those of a run.

    Args:
        conf: a YAML file, or a folder of them.
        env: the overlay.
        overrides: ``key.path=value`` each.

    Raises:
        UsageError: there is no such path or overlay.
        ConfigError: holds every finding.
    """
    file = load_as(MirrorFile, conf=conf, env=env, overrides=overrides)
    try:
        return MirrorPlan(production=_target(file.production), settings=_settings(file))
    except ValueError as error:
        raise ConfigError([f"mirror: {error}"]) from error


def _target(target: TargetSettings) -> Target:
    return Target(url=target.url, release=target.release)


def _settings(file: MirrorFile) -> MirrorSettings:
    sampling, redaction = file.sampling, file.redaction
    return MirrorSettings(
        out=file.out,
        shadow=_target(file.shadow),
        baseline=None if file.baseline is None else _target(file.baseline),
        production_release=file.production.release,
        sampling=Sampling(
            rate=sampling.rate,
            rates=tuple(sampling.rates.items()),
            by_unit=sampling.by_unit,
            salt=sampling.salt,
            salt_seconds=sampling.salt_period.total_seconds(),
        ),
        limits=_limits(file),
        redaction=Redaction(headers=redaction.headers, query=redaction.query, json=redaction.json_paths),
        safe=file.safe_endpoints,
        templates=tuple((endpoint.template, endpoint.name) for endpoint in file.endpoints),
        unit_header=file.unit_header,
        unit_cookie=file.unit_cookie,
        attributes=tuple(file.attributes.items()),
        keep_host=file.keep_host,
    )


def _limits(file: MirrorFile) -> Limits:
    limits = file.limits
    return Limits(
        copy_seconds=limits.copy_time.total_seconds(),
        copies_at_once=limits.copies_at_once,
        waiting_copies=limits.waiting_copies,
        memory_bytes=limits.memory_bytes,
        body_bytes=limits.body_bytes,
        breaker_failures=limits.breaker_failures,
        breaker_seconds=limits.breaker_time.total_seconds(),
        rotate_seconds=limits.rotate_time.total_seconds(),
        rotate_bytes=limits.rotate_bytes,
        drain_seconds=limits.drain_time.total_seconds(),
    )
