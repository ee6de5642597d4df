"""Who counts as one caller."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.ops.client_address import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0db8:0001:0002::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
        ("unix:", UNKNOWN),
        ("203.0.113.7, 10.0.0.1", UNKNOWN),
    ],
)
def test_a_caller_is_an_ipv4_address_or_an_ipv6_site(address: str, caller: str) -> None:
    assert network_of(address) == caller


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_site_are_one_caller(address: IPv6Address, host: int) -> None:
    site = ip_network((int(address) >> 64 << 64, 64))
    neighbour = str(site[host])
    if address.ipv4_mapped is None and IPv6Address(neighbour).ipv4_mapped is None:
        assert network_of(str(address)) == network_of(neighbour) == str(site)


@given(st.text())
def test_whatever_stands_for_an_address_is_some_caller(address: str) -> None:
    assert network_of(address)
