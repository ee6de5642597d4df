"""The way to the action server, made honest.

Rasa catches every exception of a custom action and goes on without its events (rasa/core/processor.py `_run_action`,
rasa/core/actions/action.py `_run_custom_action`): the person would be answered as if they had said nothing. A turn whose
action was lost must be dropped whole and tried again, so its loss is raised past those handlers.
"""

from __future__ import annotations

from typing import Any, Optional

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

HTTP_BAD_REQUEST = 400


class ActionServerLost(BaseException):
    """The action server could not be reached or failed; no exception that Rasa's `except Exception` may swallow."""


class ActionEndpoint(EndpointConfig):
    """Rasa's endpoint, except that failure is never mistaken for an action without events."""

    async def request(
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Optional[Any]:
        """As in Rasa. Raises ActionServerLost unless the action answered, or rejected the turn (status 400)."""
        try:
            return await super().request(method, subpath, content_type, compress, **kwargs)
        except ClientResponseError as error:
            if error.status == HTTP_BAD_REQUEST:
                raise
            raise ActionServerLost(f"the action server answered {error.status}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ActionServerLost(type(error).__name__) from error
