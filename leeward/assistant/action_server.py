"""A separate action server: Rasa's own, on the loopback address only, for whoever knows the shared secret."""

from __future__ import annotations

import hmac
import logging

from rasa_sdk.endpoint import create_app
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from leeward.assistant.action_endpoint import ACTIONS_PACKAGE, SECRET_HEADER, shared_secret


def run(port: int) -> None:
    """Serves the actions package on 127.0.0.1:`port` until stopped. It holds no records: actions only decide."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app(ACTIONS_PACKAGE, cors_origins=None)

    @app.middleware("request")
    async def let_in(request: Request) -> HTTPResponse | None:
        known = hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), shared_secret().encode())
        if request.path == "/health" or known:
            return None
        return response.json({"error": f"This server needs the shared secret in {SECRET_HEADER}."}, status=401)

    app.run(host="127.0.0.1", port=port, workers=1, access_log=False)
