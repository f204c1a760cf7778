"""Settings of notification: off as they stand, and no place for a secret."""

import pytest

from darklaunch.config.flat import flat
from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings
from darklaunch.errors import ConfigError


def test_nobody_is_told_unless_somebody_is_named():
    assert Settings().publish.notify.plan.channels == ()


def test_what_is_set_is_what_publishing_takes():
    settings = load(
        overrides=[
            "publish.notify.webhook.url=https://example.com/hook",
            "publish.notify.apprise_variables=[SLACK_URL, MAIL_URL]",
            "publish.notify.time_limit=1m",
            "publish.notify.events=[run_failed]",
        ]
    )
    plan = settings.publish.notify.plan
    assert [getattr(channel, "url", channel) for channel in plan.channels] == [
        "https://example.com/hook",
        "SLACK_URL",
        "MAIL_URL",
    ]
    assert (plan.time_limit.total_seconds(), {event.value for event in plan.events}) == (60, {"run_failed"})
    assert flat(settings)["publish.notify.webhook.url"] == "https://example.com/(masked)"


@pytest.mark.parametrize(
    ("override", "wanted"),
    [
        ("webhook.secret_variable=whsec_aHVudGVyMg", "the name of an environment variable"),
        ("apprise_variables=['slack://hunter2/x/y']", "the name of an environment variable"),
        ("webhook.url=https://me:hunter2@example.com/", "a user, a password or a query"),
        ("webhook.url='https://example.com/?key=hunter2'", "a user, a password or a query"),
        ("webhook.url=http://example.com/", "wanted https, or allow_private: true"),
        ("webhook.url=ftp://example.com/", "no URL of a web server"),
        ("webhook.url='https://[::1'", "no URL of a web server"),
        ("webhook.url='https://example.com:hunter2/'", "no URL of a web server"),
        ("attempts=0", "from 1 to 10"),
        ("time_limit=0s", "a duration above 0"),
    ],
)
def test_what_is_wrong_is_said_and_a_secret_is_not(override, wanted):
    with pytest.raises(ConfigError, match=wanted) as refused:
        load(overrides=[f"publish.notify.{override}"])
    assert "hunter2" not in str(refused.value)
    assert "aHVudGVyMg" not in str(refused.value)
