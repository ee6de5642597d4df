"""The chat page, served as the web channel serves it."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sanic import Blueprint, Sanic
from sanic.response import HTTPResponse

from leeward.assistant import chat_page
from leeward.core.firm import firm
from leeward.ops.paths import PROJECT

Serve = Callable[..., Callable[[str], HTTPResponse]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """The page's routes for the firm of firm.yml with some of its details changed."""

    def with_firm(**changes: Any) -> Callable[[str], HTTPResponse]:
        details = yaml.safe_load((PROJECT / "firm.yml").read_text(encoding="utf-8"))
        (tmp_path / "firm.yml").write_text(yaml.safe_dump({**details, **changes}), encoding="utf-8")
        monkeypatch.setenv("LEEWARD_FIRM", str(tmp_path / "firm.yml"))
        _forget()
        return _get

    yield with_firm
    _forget()


def _forget() -> None:
    firm.cache_clear()
    chat_page._document.cache_clear()


def _get(path: str) -> HTTPResponse:
    """What the route of a path answers; Sanic's own handling of a request is left out."""
    app = Sanic("page", register=False)
    routes = Blueprint("page")
    chat_page.add_routes(routes)
    app.blueprint(routes)
    app.finalize()
    _, handler, filled = app.router.get(path, "GET", None)
    answer: HTTPResponse = asyncio.run(handler(None, **filled))
    return answer


def text(answer: HTTPResponse) -> str:
    return bytes(answer.body).decode()


def test_the_page_names_the_firm_with_a_phone_to_tap(serve: Serve) -> None:
    page = text(serve(name="Harbor Law")("/"))
    assert "<h1>Harbor Law</h1>" in page
    assert '<a href="tel:+13123131613" >(312) 313-1613</a>' in page
    assert "$" not in re.sub(r"data-texts=\"[^\"]*\"", "", page)


def test_the_firms_details_cannot_break_the_page(serve: Serve) -> None:
    page = text(serve(name='<script>alert("1")</script> & Sons', legal_names=['"><img src=x>'])("/"))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Sons" in page


def test_the_texts_reach_the_script_whole(serve: Serve) -> None:
    (texts,) = re.findall(r'data-texts="([^"]*)"', text(serve()("/")))
    assert json.loads(html.unescape(texts)) == json.loads((chat_page.STATIC / "chat.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("changes", "imprint"),
    [
        ({}, "Sulaiman Law Group, Ltd.; Atlas Consumer Law. "),
        (
            {"responsible_attorney": "Jane Roe", "office_address": "1 Main St, Chicago", "legal_names": ["Atlas LLC"]},
            "Jane Roe; Atlas LLC; 1 Main St, Chicago. ",
        ),
    ],
)
def test_the_imprint_names_who_answers_for_the_page(serve: Serve, changes: dict[str, Any], imprint: str) -> None:
    assert f'<p class="imprint">{imprint}<span' in text(serve(**changes)("/"))


@pytest.mark.parametrize(("agency", "wording"), [(True, "agency"), (False, "nothing")])
def test_a_debt_relief_agency_says_that_it_is_one(serve: Serve, agency: bool, wording: str) -> None:
    assert f'<span data-text="{wording}"></span>' in text(serve(debt_relief_agency=agency)("/"))


def test_a_link_from_a_text_message_opens_the_same_page(serve: Serve) -> None:
    get = serve()
    assert text(get("/c/abcdef")) == text(get("/"))


@pytest.mark.parametrize("path", ["/", "/c/abcdef"])
def test_the_page_is_never_kept_by_a_browser(serve: Serve, path: str) -> None:
    assert serve()(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/c/abcdef", "/static/chat.css", "/static/chat.js"])
def test_everything_is_served_with_the_headers_that_keep_other_peoples_scripts_out(serve: Serve, path: str) -> None:
    answer = serve()(path)
    assert answer.status == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["chat.json", "chat.html", "..%2Fchat_page.py", "nothing.js"])
def test_no_other_file_is_served(serve: Serve, name: str) -> None:
    assert serve()(f"/static/{name}").status == 404
