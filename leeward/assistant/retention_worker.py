"""Deletes at night what is no longer to be kept."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from leeward.core.firm import firm
from leeward.records import retention
from leeward.records.database import RecordsUnavailable, db_job

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 600.0


async def keep_to_retention() -> None:
    """Purges once a night, or as soon as Leeward runs again after one in which it did not; for ever."""
    zone = ZoneInfo(firm().timezone)
    while True:
        try:
            await db_job(retention.purge_if_due, keep=firm().retention, now=datetime.now(UTC), zone=zone)
        except RecordsUnavailable as error:
            logger.error("records unavailable: %s", type(error).__name__)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
