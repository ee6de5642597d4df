"""A separate action server lets in only whoever knows the shared secret."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sanic import Sanic

from leeward.assistant import action_server
from leeward.assistant.action_endpoint import SECRET_HEADER, shared_secret


@pytest.fixture(scope="module")
def app() -> Sanic:
    """The application as `run` makes it, without a port."""
    served: list[Sanic] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sanic, "run", lambda self, **settings: served.append(self))
        action_server.run(5055)
    return served[0]


def ask(app: Sanic, method: str, path: str, headers: Mapping[str, str]) -> httpx.Response:
    async def once() -> httpx.Response:
        if not app.router.finalized:
            await app._startup()
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            body: Any = {"next_action": None, "tracker": {}} if method == "POST" else None
            return await client.request(method, path, headers=dict(headers), json=body)

    return asyncio.run(once())


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "0" * 64}, {SECRET_HEADER: "no"}])
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions")])
def test_without_the_secret_nothing_is_run_or_told(app: Sanic, method: str, path: str, headers: dict[str, str]) -> None:
    refused = ask(app, method, path, headers)
    assert refused.status_code == 401
    assert SECRET_HEADER in refused.json()["error"]


def test_with_the_secret_the_actions_are_there(app: Sanic) -> None:
    told = ask(app, "GET", "/actions", {SECRET_HEADER: shared_secret()})
    assert told.status_code == 200
    assert {"name": "action_validate_slot_mappings"} in told.json()


def test_health_is_open_to_all(app: Sanic) -> None:
    assert ask(app, "GET", "/health", {}).json() == {"status": "ok"}
