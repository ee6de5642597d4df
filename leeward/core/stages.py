"""How far a foreclosure has come, grouped as the rules ask: the values of the fact `stage`."""

from __future__ import annotations

from typing import Final

# The home still belongs to its owner, even where the day of a sale is set.
BEFORE_SALE: Final = frozenset({"current", "behind", "notice", "served", "judgment", "sale_set"})
AFTER_SALE: Final = frozenset({"sold", "deficiency_claim"})
# There is a lawsuit, however the state's homes are mostly sold.
IN_COURT: Final = frozenset({"served", "judgment", "deficiency_claim"})
