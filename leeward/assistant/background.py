"""Work beside the requests that goes on for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from leeward.assistant.logging_config import describe_error

logger = logging.getLogger(__name__)

AGAIN_AFTER_SECONDS: Final = 1.0


async def for_ever(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Does work that has no end, until cancelled. Should it end by a fault, that is logged and it is begun anew."""
    while True:
        ended: BaseException | None = (await asyncio.gather(work(), return_exceptions=True))[0]
        logger.error("work beside the requests ended: %s", "by itself" if ended is None else describe_error(ended))
        await asyncio.sleep(AGAIN_AFTER_SECONDS)
