"""Running the custom actions: in this process by default, or on an action server by URL; either way failure is loud.

Rasa catches every exception of a custom action and goes on without its events (rasa/core/processor.py `_run_action`,
rasa/core/actions/action.py `_run_custom_action`): the person would be answered as if they had said nothing. A turn whose
action was lost must be dropped whole and tried again, so its loss is raised past those handlers.
"""

from __future__ import annotations

import json
from typing import Any, Optional

import aiohttp
import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from leeward.ops import secret_key

HTTP_BAD_REQUEST = 400
# What rasa_sdk's server answers where an action raised; all else is a matter of the two parts, not of the message.
HTTP_SERVER_ERROR = 500
ACTIONS_PACKAGE = "actions"
SECRET_HEADER = "X-Leeward-Actions"


class ActionServerLost(BaseException):
    """An action could not be run or failed; no exception that Rasa's `except Exception` may swallow.

    `by_message` says that the action itself failed, for which the message may be the cause.
    """

    def __init__(self, reason: str, *, by_message: bool) -> None:
        super().__init__(reason)
        self.by_message = by_message


class InProcessActions(EndpointConfig):
    """Runs the actions package in this process, behind the interface that Rasa has for an action server."""

    def __init__(self) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        # Registered before the first message: importing the package inside a turn would run beside the threads that read
        # the records, and a failure would be the message's.
        self.executor = ActionExecutor()
        self.executor.register_package(ACTIONS_PACKAGE)

    async def request(self, method: str = "post", **kwargs: Any) -> Optional[Any]:
        """Runs one action call. Raises ActionServerLost where it fails; a rejection is told as an action server tells it."""
        try:
            return await self.executor.run(kwargs["json"])
        except ActionExecutionRejection as rejection:
            told = {"error": rejection.message, "action_name": rejection.action_name}
            raise ClientResponseError(HTTP_BAD_REQUEST, "rejected", json.dumps(told)) from rejection
        except Exception as error:
            raise ActionServerLost(type(error).__name__, by_message=True) from error


def shared_secret() -> str:
    """What the assistant and a separate action server on the same installation both know, derived from the secret key."""
    return secret_key.derived_key("actions").hex()


class ActionServer(EndpointConfig):
    """Rasa's endpoint to an action server, except that failure is never mistaken for an action without events."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url, headers={SECRET_HEADER: shared_secret()}, enable_selective_domain=True)

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
            failed = error.status == HTTP_SERVER_ERROR
            raise ActionServerLost(f"the action server answered {error.status}", by_message=failed) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ActionServerLost(type(error).__name__, by_message=False) from error


def check_replies_of_servers_only() -> None:
    """Makes Rasa check what an action server answers against a schema that is compiled once, and ours not at all.

    `RemoteAction._validate_action_result` builds and checks its schema anew for every action of every turn, which took more
    than half of a turn's time (docs/performance.md). What rasa_sdk's executor gives in this process is in that form by
    construction, and a test holds it to the schema.
    """
    validator = jsonschema.Draft7Validator(RemoteAction.action_response_format_spec())

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        if not isinstance(self.action_endpoint, InProcessActions):
            validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
