"""Are credentials taken out of URIs, wherever they stand?"""

import pytest

from darklaunch.text.credential_headers import CREDENTIAL_HEADERS
from darklaunch.text.credentials import mask_passwords, without_credentials, without_user


@pytest.mark.parametrize(
    ("uri", "without"),
    [
        ("s3://key:secret@bucket/a@b", "s3://bucket/a@b"),
        ("https://me:p@ss@host/x?token=1", "https://host/x?token=1"),
        ("/plain/me@home", "/plain/me@home"),
    ],
)
def test_a_user_and_a_password_are_taken_out_of_a_uri(uri, without):
    assert without_user(uri) == without


def test_users_and_queries_are_taken_out_of_every_uri_of_a_text():
    text = "GET https://me:x@host/a?sig=1 failed (see 'http://b/c?d=e'), ask me@home"
    assert without_credentials(text) == "GET https://host/a failed (see 'http://b/c'), ask me@home"


def test_a_password_is_masked_and_its_user_is_told():
    assert mask_passwords("postgresql://me:a@b@db/mlflow?x", "(masked)") == "postgresql://me:(masked)@db/mlflow?x"
    assert mask_passwords("postgresql://db:5432/mlflow", "(masked)") == "postgresql://db:5432/mlflow"


def test_names_of_headers_with_credentials_are_in_lower_case_each_once():
    assert list(CREDENTIAL_HEADERS) == list(dict.fromkeys(name.lower() for name in CREDENTIAL_HEADERS))
    assert {"authorization", "cookie", "set-cookie"} <= set(CREDENTIAL_HEADERS)
