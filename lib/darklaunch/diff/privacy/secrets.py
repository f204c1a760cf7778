"""What is secret or personal: names that say so, and texts whose shape says so. Searched, never parsed."""

import re
from typing import Final
from urllib.parse import unquote, unquote_plus

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


def secret_name(name: str) -> bool:
    """Says whether the name of a member or parameter announces something secret or personal."""
    return _NAME.search(name) is not None


def secret_parameter(name: str) -> bool:
    """The same of a query parameter, where ``key`` and ``code`` are secrets more often than not."""
    return name.lower() in _IN_QUERIES or secret_name(name)


def secret_header(name: str) -> bool:
    """The same of a header; addresses of clients are personal."""
    return name.lower() in _HEADERS or secret_name(name)


# a repeated class never starts inside a run of its own characters, so that a hostile text costs linear time
_BESIDE_MARKS: Final = re.compile(
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
_LOOKS: Final = ((_MARK, _BESIDE_MARKS), (_PREFIX, _BY_PREFIX), (_MANY_DIGITS, _CARD), (_MANY_DIGITS, _BY_DIGITS))
_CUT: Final = 128
"""A secret that is longer than this is known by its first characters, wherever it is cut."""
_LONGEST_CARD: Final = 19
_RUN: Final = re.compile(r"\d+")


def hide(text: str) -> str:
    """Replaces what looks secret or personal, wherever it stands in a text, by ``[masked]``.

    Found are e-mail addresses, card numbers (by their check digit), phone numbers, tokens and keys of known shape,
    private keys, users in addresses (``https://user:pass@host``), and values beside a secret name
    (``?token=abc``, ``"password": "abc"``, ``<password>abc</password>``, ``Cookie: a=b``); also percent-encoded.
    """
    if _TIMESTAMP.fullmatch(text):
        return text
    if "%" in text:
        text = _ENCODED.sub(_mask_encoded, text)
    # a look for what each kind needs is many times cheaper than the search, and most texts hold none of it
    for needed, shape in _LOOKS:
        if needed.search(text):
            text = shape.sub(_mask, text)
    return text


def hide_piece(text: str, start: int, end: int) -> str:
    """The same of a piece of a text, without what is left of secrets that its ends cut in two."""
    hidden = hide(text[start:end])
    first = min(_CUT, hidden.find(MASKED) % (len(hidden) + 1)) if start else 0
    last = max(len(hidden) - _CUT, hidden.rfind(MASKED) + len(MASKED)) if end < len(text) else len(hidden)
    return hidden[first:last]


def _mask_encoded(found: re.Match[str]) -> str:
    once = unquote_plus(found[0])
    # an address within an address is encoded twice
    return found[0] if _plain(once) and _plain(unquote(once)) else MASKED


def _plain(text: str) -> bool:
    return not any(
        _mask(found) != found[0] for needed, shape in _LOOKS if needed.search(text) for found in shape.finditer(text)
    )


def _mask(found: re.Match[str]) -> str:
    if found.re is _CARD:
        return MASKED if _holds_card(found[0]) else found[0]
    match found.lastgroup:
        case "line" | "name" as kept:
            return found[kept] + MASKED
        case "quote" | "tick" | "escaped" as opened:
            return found["name"] + found[opened] + MASKED
        case "user":
            return f"{MASKED}@"
        case _:
            return MASKED


def _holds_card(text: str) -> bool:
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
