"""Settings and addresses of programs, whose secrets are told by their names."""

import pytest

from darklaunch.diff.privacy.secrets import is_secret_setting, mask_uri


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spark.hadoop.fs.s3a.secret.key", "abc"),
        ("spark.hadoop.fs.s3a.access.KEY", "abc"),
        ("spark.ssl.keyPassword", "abc"),
        ("spark.driver.extraJavaOptions", "-Djavax.net.ssl.trustStorePassword=abc"),
    ],
)
def test_a_setting_is_secret_by_its_name_or_by_an_option_in_its_value(name, value):
    assert is_secret_setting(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("spark.executor.memory", "4g"), ("spark.sql.shuffle.partitions", "8"), ("spark.app.name", "a monkey's keyboard")],
)
def test_a_setting_is_shown_where_neither_says_so_and_a_key_in_a_value_does_not(name, value):
    assert not is_secret_setting(name, value)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("s3://bucket/x?page=2&X-Amz-Signature=abc&y=3", "s3://bucket/x?page=2&X-Amz-Signature=***&y=3"),
        ("https://ann:abc@example.org/x?apikey=abc", "https://ann:***@example.org/x?apikey=***"),
        ("https://example.org/x?page=2", "https://example.org/x?page=2"),
    ],
)
def test_an_address_loses_its_password_and_secret_parameters(text, seen):
    assert mask_uri(text, "***") == seen
