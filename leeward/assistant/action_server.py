"""The action server: Rasa's own, on the loopback address only, without telemetry."""

from __future__ import annotations

import logging
from datetime import date

from rasa_sdk.endpoint import create_app

from leeward import records
from leeward.core.business_days import is_federal_holiday


def run(port: int) -> None:
    """Serves the actions package on 127.0.0.1:`port` until stopped."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    records.setup()
    # The first look at the holidays takes about a second; nobody should wait for that.
    is_federal_holiday(date.today())
    app = create_app("actions", cors_origins=None)
    app.run(host="127.0.0.1", port=port, workers=1, access_log=False)
