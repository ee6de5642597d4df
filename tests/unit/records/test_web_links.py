"""A link that goes on with a conversation on the web."""

from __future__ import annotations

from datetime import timedelta

import pytest
from texting import NOON, it_is, receive

from leeward.records import web_links

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_link_opens_its_conversation_once_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = receive("web").conversation_id
    code, late = web_links.link_make(conversation_id=conversation), web_links.link_make(conversation_id=conversation)
    assert code != late
    assert web_links.link_use(code=code) == conversation
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)
    it_is(NOON + timedelta(minutes=31), monkeypatch)
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=late)


@pytest.mark.parametrize("code", ["", "abc", "Zm9yZ2VkLWxpbmstY29kZQ", "ä" * 20, "\ud800"])
def test_a_link_that_we_did_not_make_is_turned_away(code: str) -> None:
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)
