"""How often one caller may do something: a token bucket each, in memory, per process.

The desk's logins have the same kind of limit in the database (leeward/records/services/staff.py, rate_limit_allows), shared by
all processes and kept over a restart; here a write for each message would cost more than the limit saves.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CALLERS = 10_000


class RateLimit:
    """Allows `burst` uses at once and `per_second` more each second, for each caller on its own."""

    def __init__(self, *, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, caller: str, *, cost: float = 1.0) -> bool:
        """Whether this caller may go ahead now; if so, it is counted, as `cost` uses."""
        now = self._clock()
        left, since = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        allowed = left >= cost
        self._buckets[caller] = (left - cost if allowed else left, now)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return allowed
