"""A request id for every request, and a strict Content-Security-Policy on every answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from leeward.records import installation

Handler = Callable[[HttpRequest], HttpResponse]

POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


class RequestId:
    """Gives each request an id of our own, for logs and audit, and sends it back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid.uuid4())
        request.META["LEEWARD_REQUEST_ID"] = request_id
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class RecordsInPlace:
    """Answers 503 with one sentence, instead of any page, where the records cannot be reached or are not the right ones."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            installation.check()
        except installation.RecordsReplaced as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        except OperationalError:
            told = "The records cannot be reached now. Try again in a moment."
            return HttpResponse(told, status=503, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class ContentSecurityPolicy:
    """Nothing is loaded or run but what the desk itself serves (https://www.w3.org/TR/CSP3/)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response
