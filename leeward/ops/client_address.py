"""Who counts as one caller where callers are told apart by their address."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

UNKNOWN: Final = "unknown"
# What one home or phone is given at the least (RFC 6177, section 2); it may take any address in it.
SITE_PREFIX: Final = 64


def network_of(address: str) -> str:
    """The caller behind an address: an IPv4 address itself, an IPv6 address by its /64; UNKNOWN where it is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return UNKNOWN
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), SITE_PREFIX), strict=False))
