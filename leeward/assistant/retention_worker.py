"""Deletes at night what is no longer to be kept, and sees to it that of what was erased nothing is left in a log."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from leeward.core.firm import firm
from leeward.records import retention, write_ahead_log
from leeward.records.database import RecordsUnavailable, db_job, db_read

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 600.0
LOOK_FOR_ERASURES_EVERY_SECONDS: Final = 2.0


async def keep_to_retention() -> None:
    """Purges once a night, or as soon as Leeward runs again after one in which it did not; for ever."""
    zone = ZoneInfo(firm().timezone)
    while True:
        try:
            await db_job(retention.purge_if_due, keep=firm().retention, now=datetime.now(UTC), zone=zone)
        except RecordsUnavailable as error:
            logger.error("records unavailable: %s", type(error).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def keep_log_emptied() -> None:
    """Empties the write-ahead log after whatever was erased, by whichever process, as soon as nobody reads in it; for ever."""
    emptied_after = 0
    while True:
        try:
            newest = await db_read(write_ahead_log.newest_erasure, after=emptied_after)
            if newest is not None and await db_job(write_ahead_log.empty):
                emptied_after = newest
        except RecordsUnavailable as error:
            logger.error("records unavailable: %s", type(error).__name__)
        await asyncio.sleep(LOOK_FOR_ERASURES_EVERY_SECONDS)
