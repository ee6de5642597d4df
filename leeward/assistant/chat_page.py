"""The chat page: one document, one style sheet, one script, all ours, with the firm's name and phone filled in."""

from __future__ import annotations

import functools
import html
import json
from pathlib import Path
from string import Template

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from leeward.core.firm import Firm, firm

STATIC = Path(__file__).with_name("static")
FILES = {"chat.css": "text/css; charset=utf-8", "chat.js": "text/javascript; charset=utf-8"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def add_routes(routes: Blueprint) -> None:
    """Adds the page and its files to a channel's routes."""

    @routes.get("/")
    async def chat_page(request: Request) -> HTTPResponse:
        return response.html(_document(), headers={**HEADERS, "Cache-Control": "no-store"})

    @routes.get("/c/<code:str>")
    async def from_a_text(request: Request, code: str) -> HTTPResponse:
        # The same page; its script spends the code. A phone that looks at links beforehand (a preview) spends nothing.
        return response.html(_document(), headers={**HEADERS, "Cache-Control": "no-store"})

    @routes.get("/static/<name:str>")
    async def static_file(request: Request, name: str) -> HTTPResponse:
        if name not in FILES:
            return response.text("There is no such file.", status=404)
        headers = {**HEADERS, "Cache-Control": "no-cache"}
        return response.text((STATIC / name).read_text(encoding="utf-8"), content_type=FILES[name], headers=headers)


@functools.cache
def _document() -> str:
    """The page with the firm's details in it, escaped."""
    details = firm()
    texts = json.loads((STATIC / "chat.json").read_text(encoding="utf-8"))
    filling = {
        "firm": html.escape(details.name),
        "phone": html.escape(details.phone),
        "phone_display": html.escape(details.phone_display),
        "imprint": html.escape(_imprint(details)),
        "agency": "agency" if details.debt_relief_agency else "nothing",
        "texts": html.escape(json.dumps(texts)),
    }
    return Template((STATIC / "chat.html").read_text(encoding="utf-8")).substitute(filling)


def _imprint(details: Firm) -> str:
    """Who answers for what is published here: a lawyer or the firm, with the office (Ill. S. Ct. Rule of Prof. Conduct 7.2)."""
    named = (details.responsible_attorney, *details.legal_names, details.office_address)
    return "; ".join(name for name in named if name) + ". "
