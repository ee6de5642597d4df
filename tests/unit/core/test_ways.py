"""Which way to reach a person may be used, as a table of what they said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.core.ways import Ways, is_email

PHONE, EMAIL = "+13125550142", "ana@example.com"


@pytest.mark.parametrize(
    ("ways", "used"),
    [
        (Ways(PHONE, EMAIL), PHONE),
        (Ways(PHONE, EMAIL, phone_is_safe=True), PHONE),
        (Ways(PHONE, EMAIL, phone_is_safe=False), EMAIL),
        (Ways(PHONE, None, phone_is_safe=False), None),
        (Ways(PHONE, EMAIL, danger=True), EMAIL),
        (Ways(PHONE, EMAIL, danger=True, phone_is_safe=True), PHONE),
        (Ways(PHONE, EMAIL, phone_opted_out=True), EMAIL),
        (Ways(PHONE, None, phone_opted_out=True), None),
        (Ways(PHONE, EMAIL, email_only=True), EMAIL),
        (Ways(PHONE, None, email_only=True), None),
        (Ways(None, EMAIL), EMAIL),
        (Ways(None, None), None),
    ],
)
def test_the_phone_is_used_where_it_may_be_and_the_email_otherwise(ways: Ways, used: str | None) -> None:
    assert ways.to_use == used


SAID = st.builds(
    Ways,
    st.sampled_from([PHONE, None]),
    st.sampled_from([EMAIL, None]),
    phone_is_safe=st.sampled_from([True, False, None]),
    phone_opted_out=st.booleans(),
    email_only=st.booleans(),
    danger=st.booleans(),
)


@given(SAID)
def test_a_phone_that_is_feared_or_said_stop_is_never_used(ways: Ways) -> None:
    if ways.phone_is_feared or ways.phone_opted_out:
        assert ways.to_use in (None, EMAIL)


def test_an_address_is_told_from_a_number() -> None:
    assert (is_email(EMAIL), is_email(PHONE)) == (True, False)
