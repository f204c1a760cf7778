"""What may be seen of a value, a path and a free text."""

import pickle
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.privacy.excerpt import excerpts
from darklaunch.diff.privacy.masking import (
    MAXIMUM_LENGTH,
    Masking,
    MaskingLevel,
    is_secret_path,
    mask_query,
    mask_text,
    masked_value,
)
from darklaunch.diff.privacy.secrets import is_secret_header, mask_secrets
from darklaunch.errors import UsageError

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g"
PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA0Z3V\n" * 150 + "-----END RSA PRIVATE KEY-----"
SHAPES = [
    "ann@example.org",
    "ann.o+tag@mail.example.co.uk",
    JWT,
    "Bearer abcdefghijkl",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "378282246310005",
    "+44 20 7946 0958",
    "(555) 123-4567",
    "555-123-4567",
    "020 7946 0958",
    "123-45-6789",
    "AKIAIOSFODNN7EXAMPLE",
    "sk-proj-abcdefghijklmnop",
    "sk_live_abcdefghijklmnop",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "xoxb-123456789012-abcdef",
    PEM,
]
PLAIN = [
    "plain",
    9007199254740993,
    1750000000000,
    "2026-03-02T10:00:00Z",
    "2026-03-02 10:00:00+00:00",
    1.25,
    "4111 1111 1111 1112",
    "a8098c1a-f86e-11da-bd1a-00112444be1e",
    "version 1.2.3-456.789",
    "https://example.org/x?page=2",
    "task-force-one-two-three",
    "10.0.0.1",
]


@pytest.mark.parametrize("value", SHAPES)
def test_what_looks_secret_or_personal_is_not_shown_alone_or_inside_a_text(value):
    for text in (value, f"call {value}, please", f"({value})", f"x={quote(value)}&y"):
        shown = masked_value(text, Masking.SENSITIVE, secret=False)
        assert "[masked]" in shown, text
        assert value not in shown
        assert quote(value) not in shown
    assert masked_value(4111111111111111, Masking.SENSITIVE, secret=False) == "[masked]"


@pytest.mark.parametrize("value", PLAIN)
def test_what_does_not_is_shown(value):
    assert str(value) in masked_value(value, Masking.SENSITIVE, secret=False)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("https://ann:pw1@host/x?token=abc&page=2", "https://[masked]@host/x?token=[masked]&page=2"),
        ('{"password": "correct \\"horse\\" staple", "n": 1}', '{"password": "[masked]", "n": 1}'),
        (r"{\"password\": \"correct horse\", \"n\": 1}", r"{\"password\": \"[masked]" + r'", \"n\": 1}'),
        ("<Password>hunter2</Password>", "<Password>[masked]</Password>"),
        ('<input name="csrf_token" value="f00">', '<input name="csrf_token" value="[masked]">'),
        ("user%5Bpassword%5D=hunter2&n=1", "user%5Bpassword%5D=[masked]&n=1"),
        ("Cookie: a=b; c=d\nAccept: x", "Cookie: [masked]\nAccept: x"),
        ("paid with 22 4111 1111 1111 1111.", "paid with [masked]."),
        ('"tokens": ["abc", "def"], "n": 1', '"tokens": [masked], "n": 1'),
        ("password: null", "password: null"),
    ],
)
def test_values_beside_secret_names_are_found_in_texts_of_any_format(text, seen):
    assert mask_secrets(text) == seen
    assert mask_secrets(mask_secrets(text)) == mask_secrets(text)


@pytest.mark.parametrize("name", ["Authorization", "set-cookie", "user_password", "apiKey", "accessToken", "e-mail"])
def test_names_of_secrets_are_known(name):
    assert is_secret_path(("headers", name))
    assert masked_value("s3cr3t", Masking.SENSITIVE, secret=True) == "masked text"


def test_short_names_count_only_as_whole_words():
    assert all(is_secret_path(("body", name)) for name in ("pin", "otp", "sid", "user_pass", "auth", "dob"))
    assert not any(
        is_secret_path(("body", name)) for name in ("spinner", "pancake", "compass", "author", "side", "hotel")
    )


def test_headers_with_addresses_of_clients_are_secret():
    assert is_secret_header("X-Forwarded-For")
    assert is_secret_path(("headers", "x-real-ip"))
    assert not is_secret_header("accept-language")


def test_masking_all_shows_kinds_alone_and_none_shows_everything():
    kinds = {"plain": "text", 1.5: "number", True: "boolean", None: "null"}
    assert [masked_value(value, Masking.ALL, secret=False) for value in kinds] == [
        f"masked {kind}" for kind in kinds.values()
    ]
    assert masked_value({"a": 1}, Masking.ALL, secret=False) == "masked object"
    assert masked_value([1], Masking.ALL, secret=False) == "masked array"
    assert mask_text("free text", Masking.ALL) == "masked text"
    assert masked_value("ann@example.org", Masking.NONE, secret=True) == '"ann@example.org"'
    assert mask_text("ann@example.org", Masking.NONE) == "ann@example.org"


def test_a_free_text_keeps_all_but_what_looks_secret_or_personal():
    assert mask_text("ann@example.org is away", Masking.SENSITIVE) == "[masked] is away"
    assert mask_text("x" * 10_000, Masking.SENSITIVE) == "x" * 10_000


def test_values_are_cut_and_containers_told_by_size():
    assert len(masked_value("x" * 10_000, Masking.NONE, secret=False)) == MAXIMUM_LENGTH
    assert masked_value({"a": 1}, Masking.NONE, secret=False) == "{1 members}"


@pytest.mark.parametrize("secret", SHAPES)
@pytest.mark.parametrize("lead", [150, 190, 199, 900, 1000, 1010, 1020])
def test_a_secret_that_a_cut_goes_through_does_not_leave_its_first_half(secret, lead):
    for filler in ("ab ", JWT + " "):  # the second shrinks, and pulls what is far behind into sight
        text = (filler * 400)[:lead].rpartition(" ")[0].ljust(lead) + secret
        shown = masked_value(text, Masking.SENSITIVE, secret=False)
        assert len(shown) <= MAXIMUM_LENGTH
        assert secret[-8:] not in shown
        assert secret[:6] not in shown or secret is PEM
        assert "MII" not in shown


@pytest.mark.parametrize("secret", SHAPES)
@pytest.mark.parametrize("at", [0, 3, -1])
def test_an_excerpt_of_two_texts_that_part_inside_a_secret_shows_none_of_it(secret, at):
    other = secret[:at] + ("9" if secret[at] != "9" else "8") + (secret[at + 1 :] if at >= 0 else "")
    before = "word " * 3000
    first, second = excerpts(f"{before}{secret} end", f"{before}{other} end", Masking.SENSITIVE)
    assert secret not in first
    assert secret[:8] not in first
    assert "word [masked]" in first
    assert "word " in second


def test_an_excerpt_without_masking_is_cut_from_the_text_as_it_is():
    first, second = excerpts("a" * 500 + "b" + "c" * 500, "a" * 500 + "d", Masking.NONE)
    assert first == "a" * 40 + "b" + "c" * 159
    assert second == "a" * 40 + "d"


def test_paths_show_members_but_not_those_that_are_secrets_themselves():
    at = Masking.SENSITIVE.mask_path
    assert at(("body", "users", "bob@x.org", "age")).text == "$.body.users['[masked]'].age"
    assert at(("body", "users", JWT)).text == "$.body.users['[masked]']"
    assert at(("body", "sessions", "f00ba4", "user")).text == "$.body.sessions['[masked]'].user"
    assert at(("body", "items", 0, "price")).text == "$.body.items[*].price"
    assert Masking.ALL.mask_path(("body", "users", "bob@x.org")).text == "$.body.users['[masked]']"
    assert Masking.NONE.mask_path(("body", "users", "bob@x.org")).text == "$.body.users['bob@x.org']"


def test_configured_paths_are_secret_with_all_below_them():
    masking = Masking(MaskingLevel.SENSITIVE, ("$.body.customer", "$..address", "$.body.by_name.*"))
    assert masking.mask_path(("body", "customer", "tier")).secret
    assert masking.mask_path(("body", "orders", 0, "address", "street")).secret
    assert masking.mask_path(("body", "by_name", "Ann Smith", "n")).text == "$.body.by_name['[masked]'].n"
    assert not masking.mask_path(("body", "customers")).secret
    assert pickle.loads(pickle.dumps(masking)) == masking  # noqa: S301
    with pytest.raises(UsageError, match="wanted one that starts with"):
        Masking(MaskingLevel.ALL, ("body",))


def test_queries_keep_their_names_and_what_is_neither_secret_nor_personal():
    query = "page=2&token=abc&q=ann%40example.org&key=f00&ann%40example.org=1&flag&user%5Bpassword%5D=x"
    seen = "page=2&token=[masked]&q=[masked]&key=[masked]&[masked]=1&flag&user%5Bpassword%5D=[masked]"
    assert mask_query(query, Masking.SENSITIVE) == seen
    assert mask_query(query, Masking.NONE) == query
    assert mask_query("page=2&flag", Masking.ALL) == "page=[masked]&flag"


@given(st.text(), st.sampled_from(SHAPES), st.text())
def test_no_text_around_a_secret_keeps_it_from_being_found(before, secret, after):
    assert secret not in mask_secrets(f"{before} {secret} {after}")


@pytest.mark.parametrize(
    "piece",
    ["a", "1-", "1 ", "a@", "a@a.", "eyJ-", "token", "token ", "bearer ", "://", "+1", "%40", "012 ", "<token "],
)
def test_hostile_texts_cost_linear_time(piece):
    text = piece * (100_000 // len(piece)) + ":=>@"
    start = time.process_time()
    mask_secrets(text)
    assert time.process_time() - start < 5
