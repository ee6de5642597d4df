"""docs/security.md names every route of the chat and the desk, and the limits as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from sanic import Sanic

from leeward.assistant.channels import chat_token, event_streams, limits, sms, web
from leeward.desk import views
from leeward.ops import edge, web_server
from leeward.ops.paths import PROJECT

PAGE = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
TEXTING = {
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "t",
    "LEEWARD_SMS_NUMBER": "+15005550006",
    "LEEWARD_PUBLIC_URL": "https://chat.example.com",
}


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of each row of the table under a heading."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]
    for line in part.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def routes_of_the_chat() -> set[str]:
    async def nobody(message: object) -> None:
        """No message is handled here."""

    app = Sanic("routes_of_the_chat")
    app.blueprint(web.WebChannel().blueprint(nobody))
    app.blueprint(sms.SmsChannel().blueprint(nobody))
    paths = {(method, route.path) for route in app.router.routes for method in route.methods}
    return {f"{method} /{path.replace('<', '{').replace(':str>', '}')}" for method, path in paths}


def routes_of_the_desk(patterns: Iterable[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = before + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            # Django's own site is one row, whatever it holds.
            yield f"{path}…" if path == "/admin/" else from_within(pattern, path)
        else:
            yield path


def from_within(resolver: URLResolver, path: str) -> str:
    raise AssertionError(f"{path} includes others, which this test does not look at: {resolver}")


def test_every_route_of_the_chat_is_on_the_page_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TEXTING.items():
        monkeypatch.setenv(name, value)
    assert {cells[0].strip("`") for cells in rows("The chat")} == routes_of_the_chat()


def test_every_route_of_the_desk_is_on_the_page_and_no_other() -> None:
    assert {cells[0].strip("`") for cells in rows("The desk")} == set(routes_of_the_desk(get_resolver().url_patterns))


def test_the_limit_of_each_route_is_the_one_that_is_counted() -> None:
    told = {cells[0].strip("`"): cells[3].split(",")[0] for cells in rows("The chat") if " /sms/" not in cells[0]}
    counted = {route: limits.USES.get((method, path), "pages") for route in told for method, path in [route.split(" ", 1)]}
    assert told == counted


def rate(found: limits.Rate | None, more: str = "") -> str:
    return "–" if found is None else f"{found.burst:,} at once, {found.per_second:g} more a second{more}"


@pytest.mark.parametrize("use", limits.BY_ADDRESS)
def test_each_limit_is_told_as_it_is(use: limits.Use) -> None:
    length = f"; one more for each {limits.CHARACTERS_OF_ONE_USE:,} characters" if use == "writing" else ""
    assert f"| {use} | {rate(limits.BY_ADDRESS[use])} | {rate(limits.BY_CHAT.get(use), length)} |" in PAGE


@pytest.mark.parametrize(
    "told",
    [
        f"| streams | {event_streams.MOST_OF_ONE_ADDRESS} open | {event_streams.MOST_OF_ONE_CHAT} open; "
        f"{event_streams.MOST_OF_ALL} in all |",
        f"Of the {web_server.MOST_CONNECTIONS:,} connections",
        f"{web_server.HEAD_SECONDS:g} seconds for its head and {edge.BODY_SECONDS:g} for its body",
        f"{edge.LARGEST_BODY:,} bytes",
        f"{views.LOGIN_SECONDS // 60} minutes: {views.LOGINS_OF_NAME_FROM_NETWORK} tries for one name from one address, "
        f"{views.LOGINS_FROM_NETWORK} from one address, {views.LOGINS_OF_NAME} for one name",
        f"good for {chat_token.LIFE.days} days",
        f"{chat_token.LIFE_IN_DANGER.seconds // 3600} hours once",
    ],
)
def test_the_figures_are_those_of_the_code(told: str) -> None:
    assert told in PAGE
