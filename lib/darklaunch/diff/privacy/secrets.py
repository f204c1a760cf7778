"""Secrets and personal data, recognised by the names beside them and by their own form; searched, never parsed."""

import re
from typing import Final
from urllib.parse import unquote, unquote_plus

from darklaunch.text.credentials import mask_passwords

MASKED: Final = "[masked]"

SHORTEST_NUMBER: Final = 13
"""Digits of the shortest number that is taken for a secret by itself, which a card's is."""

_WORDS: Final = (
    r"authori[sz]ation|cookie|passw|passphrase|passcode|pwd|secret|token|credential|session|signature|csrf|xsrf|jwt"
    r"|(?:api|access|private|secret|client|shared|subscription|auth)[-_]?key|e[-_]?mail|phone|mobile|msisdn|ssn|iban"
    r"|social[-_]?security|card[-_]?(?:number|no|num|holder)|credit[-_]?card|cvv|cvc|account[-_]?number|passport"
    r"|birth[-_]?(?:date|day)|date[-_]?of[-_]?birth"
)
_SHORT: Final = r"(?<![A-Za-z])(?:auth|pass|pin|otp|sid|pan|tel|fax|dob|sig)(?![A-Za-z])"
_NAME: Final = re.compile(rf"{_WORDS}|{_SHORT}", re.IGNORECASE)
_IN_QUERIES: Final = frozenset({"key", "code", "state", "access", "user", "login"})
_HEADERS: Final = frozenset(
    {
        "cf-connecting-ip",
        "fastly-client-ip",
        "forwarded",
        "true-client-ip",
        "www-authenticate",
        "proxy-authenticate",
        "x-client-ip",
        "x-forwarded-client-cert",
        "x-forwarded-for",
        "x-forwarded-user",
        "x-real-ip",
    }
)


_SETTING: Final = re.compile(r"passw|pwd|secret|token|credential|signature", re.IGNORECASE)
_SETTING_NAME: Final = re.compile(rf"{_SETTING.pattern}|key", re.IGNORECASE)
_URI_PARAMETER: Final = re.compile(rf"([?&][^=&\s]*(?:{_SETTING_NAME.pattern}|sig)[^=&\s]*=)[^&\s]+", re.IGNORECASE)
UNCOUNTED_NAMES: Final = "(?i)auth|cookie|token|secret|session|passw|api.?key|signature"
"""Names that are not worth counting, in the syntax that Python and Java share; ``is_secret_name`` has the last word."""


def is_secret_setting(name: str, value: str) -> bool:
    """Whether a setting of a program is secret, by its name or by an option that its value holds, as Java's do."""
    return _SETTING_NAME.search(name) is not None or _SETTING.search(value) is not None


def mask_uri(text: str, mask: str) -> str:
    """A text with the passwords and the secret parameters of URIs replaced."""
    return _URI_PARAMETER.sub(lambda match: f"{match[1]}{mask}", mask_passwords(text, mask))


def is_secret_name(name: str) -> bool:
    """Whether the name of a member or parameter announces something secret or personal."""
    return _NAME.search(name) is not None


def is_secret_parameter(name: str) -> bool:
    """Whether the name of a query parameter does, where ``key`` and ``code`` are secrets more often than not."""
    return name.lower() in _IN_QUERIES or is_secret_name(name)


def is_secret_header(name: str) -> bool:
    """Whether the name of a header does; addresses of clients are personal."""
    return name.lower() in _HEADERS or is_secret_name(name)


# a repeated class never starts inside a run of its own characters, so that a hostile text costs linear time
_BESIDE_NAMES: Final = re.compile(
    r"(?P<user>(?<=://)[^\s/?#@\"'<>]+@)"
    # a line of headers, of which the whole value is secret
    r"|(?P<line>(?i:authorization|cookie)\\?[\"']?\s{0,9}[:=]\s{0,9}\\?[\"']?)[^\"'\r\n]+"
    rf"|(?P<name>(?i:{_WORDS}|{_SHORT})[\w.%\[\]-]{{0,40}}"
    r"(?:\\?[\"']?\s{0,9}(?:[=:]|\svalue\s{0,9}=)\s{0,9}|(?:\s[^<>]{0,80})?>))"
    r"(?:(?P<quote>\")(?:[^\"\\]|\\[\s\S])*|(?P<tick>')(?:[^'\\]|\\[\s\S])*|(?P<escaped>\\[\"'])[^\"']*"
    r"|\[(?!masked\])[^\]]*\]?|\{[^}]*\}?|(?!null\b|true\b|false\b|\[masked\])[^\s&\"'<]+)"
    r"|(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail
)
_BY_PREFIX: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|\Z)"
    r"|(?<![A-Za-z0-9])(?:eyJ[\w-]{13,}(?:\.[\w-]*)*"  # JSON web token
    r"|(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Nn]egotiate)\s+[\w.~+/=%-]{8,}"
    r"|(?:AKIA|ASIA|AROA)[A-Z0-9]{12,}|(?:sk|pk|rk)[-_][\w-]{12,}|gh[a-z]_\w{16,}|github_pat_\w{16,}"
    r"|glpat-[\w-]{16,}|npm_\w{20,}|xox[a-z]-[\w-]{10,}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|SG\.[\w-]{16,}(?:\.[\w-]+)?)"
)
_CARD: Final = re.compile(r"(?<!\d)(?<!\d\.)\d(?:[ +\u00a0\u2009-]?\d){12,}(?!\.?\d)")
_BY_DIGITS: Final = re.compile(
    r"(?<!\w)\+\d[\d ()/.-]{6,}\d"  # phone
    r"|(?<![\d.])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![.-]?\d)"
    r"|(?<![\d.:-])0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,6}(?![.:-]?\d)"
    r"|(?<![\d-])\d{3}-\d{2}-\d{4}(?!-?\d)"  # social security number of the United States
)
_ENCODED: Final = re.compile(r"(?<![^\s/?&=#;\"'<>])[^\s/?&=#;\"'<>]*%[0-9A-Fa-f]{2}[^\s/?&=#;\"'<>]*")
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]{5,20}(?:Z|[+-]\d\d:?\d\d)?")
_MARK: Final = re.compile(r"[@=:>]")
_PREFIX: Final = re.compile(r"----|eyJ|(?:earer|EARER|asic|ASIC|gotiate)\s|A[KSR][IO]A|AIza|[a-zT][-_]\w|ya29|SG\.")
_MANY_DIGITS: Final = re.compile(r"\d(?:\D{0,3}\d){7}")
_SEARCHES: Final = ((_MARK, _BESIDE_NAMES), (_PREFIX, _BY_PREFIX), (_MANY_DIGITS, _CARD), (_MANY_DIGITS, _BY_DIGITS))
_RECOGNISED_CHARACTERS: Final = 128
"""A secret that is longer than this is recognised by its first characters, wherever it is cut."""
_LONGEST_CARD: Final = 19
_RUN: Final = re.compile(r"\d+")


def mask_secrets(text: str) -> str:
    """Replaces what looks secret or personal, wherever it stands in a text, by ``[masked]``.

    Recognised are e-mail addresses, card numbers (by their check digit), phone numbers, tokens and keys of known shape,
    private keys, users in addresses (``https://user:pass@host``), and values beside a secret name
    (``?token=abc``, ``"password": "abc"``, ``<password>abc</password>``, ``Cookie: a=b``); also percent-encoded.
    """
    if _TIMESTAMP.fullmatch(text):
        return text
    if "%" in text:
        text = _ENCODED.sub(_mask_encoded, text)
    # a hint is many times cheaper to search for than its pattern, and most texts hold none of it
    for hint, pattern in _SEARCHES:
        if hint.search(text):
            text = pattern.sub(_mask, text)
    return text


def mask_excerpt(text: str, start: int, end: int) -> str:
    """A slice of a text with its secrets masked, and without the halves of secrets that its ends cut in two."""
    masked = mask_secrets(text[start:end])
    first = min(_RECOGNISED_CHARACTERS, masked.find(MASKED) % (len(masked) + 1)) if start else 0
    last = (
        max(len(masked) - _RECOGNISED_CHARACTERS, masked.rfind(MASKED) + len(MASKED))
        if end < len(text)
        else len(masked)
    )
    return masked[first:last]


def _mask_encoded(match: re.Match[str]) -> str:
    once = unquote_plus(match[0])
    # an address within an address is encoded twice
    return match[0] if _has_no_secret(once) and _has_no_secret(unquote(once)) else MASKED


def _has_no_secret(text: str) -> bool:
    return not any(
        _mask(match) != match[0] for hint, pattern in _SEARCHES if hint.search(text) for match in pattern.finditer(text)
    )


def _mask(match: re.Match[str]) -> str:
    if match.re is _CARD:
        return MASKED if _has_card_number(match[0]) else match[0]
    match match.lastgroup:
        case "line" | "name" as prefix:
            return match[prefix] + MASKED
        case "quote" | "tick" | "escaped" as opening_quote:
            return match["name"] + match[opening_quote] + MASKED
        case "user":
            return f"{MASKED}@"
        case _:
            return MASKED


def _has_card_number(text: str) -> bool:
    """Whether some whole groups of digits, put together, are a card number: its neighbour may be a number too."""
    groups = _RUN.findall(text)
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > _LONGEST_CARD:
                break
            if len(digits) >= SHORTEST_NUMBER and digits[0] in "23456" and _luhn(digits):
                return True
    return False


def _luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1), so that other long numbers stay readable."""
    numbers = [int(digit) for digit in reversed(digits)]
    return sum(sum(divmod(2 * number, 10)) if at % 2 else number for at, number in enumerate(numbers)) % 10 == 0
