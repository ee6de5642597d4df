"""What one address, and one chat, may do."""

from __future__ import annotations

import pytest

from leeward.assistant.channels.gate import Refused
from leeward.assistant.channels.limits import BY_ADDRESS, BY_CHAT, USES, Limits, Use

OFFICE = "203.0.113.7"


def spend(limits: Limits, use: Use, network: str = OFFICE) -> None:
    """Everything that an address may do at once."""
    for _ in range(BY_ADDRESS[use].burst):
        limits.count_for_address(use, network)


def write(limits: Limits, conversation: str) -> None:
    """Every message that a chat may send at once."""
    for _ in range(BY_CHAT["writing"].burst):
        limits.count_for_chat("writing", conversation)


@pytest.mark.parametrize("use", BY_ADDRESS)
def test_one_more_than_an_address_may_do_at_once_has_to_wait_and_is_told_so(use: Use) -> None:
    limits = Limits()
    spend(limits, use)
    with pytest.raises(Refused) as refused:
        # What comes back while the test runs is far less than all of it.
        spend(limits, use)
    assert refused.value.status == 429
    assert "Please wait" in refused.value.sentence


@pytest.mark.parametrize("spent", BY_ADDRESS)
def test_who_has_spent_one_use_has_all_the_others_left(spent: Use) -> None:
    limits = Limits()
    spend(limits, spent)
    for use in BY_ADDRESS:
        if use != spent:
            limits.count_for_address(use, OFFICE)


def test_guesses_at_links_keep_nobody_from_opening_a_chat() -> None:
    assert (USES["POST", "/chat/continue"], USES["POST", "/chat/sessions"]) == ("continuing", "opening")


def test_who_is_elsewhere_is_not_held_back() -> None:
    limits = Limits()
    spend(limits, "opening")
    limits.count_for_address("opening", "2001:db8:1:2::/64")


def test_a_chat_that_writes_too_much_may_still_be_read_and_others_write() -> None:
    limits = Limits()
    write(limits, "a")
    with pytest.raises(Refused):
        write(limits, "a")
    limits.count_for_chat("reading", "a")
    limits.count_for_chat("writing", "b")


def test_a_long_message_counts_as_many() -> None:
    limits = Limits()
    # 13 uses each: 12,000 characters that take a hundred times as long to read as a line.
    for _ in range(BY_CHAT["writing"].burst // 13):
        limits.count_for_chat("writing", "a", characters=12_000)
    with pytest.raises(Refused):
        limits.count_for_chat("writing", "a", characters=12_000)
