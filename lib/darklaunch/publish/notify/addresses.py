"""Addresses that may be reached: public ones, unless the settings allow others.

Reached from a process of its own, where an audit hook sees every connection that any library makes: after a
redirect, and where a name gives another address the second time it is asked for.
"""

import ipaddress
import socket
import sys
from typing import Final

from darklaunch.errors import OutsideError

_CONNECTING: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddressError(OSError):
    """An address that is not public; libraries take it for a failed connection."""


def is_public(text: str) -> bool:
    """Whether a numeric address is reachable from everywhere; one of IPv4 inside one of IPv6 counts as itself."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = _embedded(address) or address
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def refuse_private(host: str, port: int) -> None:
    """Looks a host up.

    Raises:
        PrivateAddressError: one of its addresses is not public.
        OutsideError: it has none.
    """
    try:
        found = sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError) as error:
        raise OutsideError("its host has no address") from error
    for address in found:
        if not is_public(address):
            raise _refusal(address)


def guard_connections() -> None:
    """Refuses every connection of this process to an address that is not public, for as long as it lives."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[object, ...]) -> None:
    if event in _CONNECTING:
        target = arguments[1]
        address = str(target[0]) if isinstance(target, tuple) else str(target)
        if not is_public(address):
            raise _refusal(address)


def _refusal(address: str) -> PrivateAddressError:
    return PrivateAddressError(
        f"found the address {address}, wanted a public one; publish.notify.allow_private allows others"
    )


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
