"""What a message asks or imagines, and does not say: "how long do they have to sue me?", "if it sold for 150"."""

from __future__ import annotations

import re
from typing import Final

_CLAUSE_ENDS: Final = re.compile(r"[.!?;,\n]")
# At the start of a clause. "Did not pay" and "was sold in June" state something; "did they sell it" and "was it sold" ask.
_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|but|so|also|ok|y|pero|entonces) )*(?:¿|"
    r"how (?:long|much|many|do|does|can|could|would)\b|what(?:'s| if| happens| is| are| would| about)\b|"
    r"(?:can|could|would|should|will|do|does|did|may)(?:n'?t)? "
    r"(?:i|we|you|they|he|she|it|the|my|our|that|this|anyone|someone)\b|"
    r"(?:is|are|was|were|has|have|had) (?:it|they|he|she|there|that|i|we|my|our|the)\b|"
    r"(?:if|suppose|supposing|imagine|whether|in case|wondering)\b|"
    r"(?:cuanto|cuantos|que pasa|que pasaria|puede|pueden|podria|podrian|me pueden|acaso|supongamos|en caso|si)\b)"
)
_BEFORE: Final = re.compile(
    r"\b(?:if|whether|in case|unless|what if|suppose|en caso de que|aunque|a menos que)(?: \w+){0,5}\s*$"
)
_FARTHEST: Final = 120


def is_supposed(normalized: str, start: int) -> bool:
    """Whether what begins at `start` of a normalized text stands in a question or a supposition."""
    before = normalized[max(0, start - _FARTHEST) : start]
    ends = [match.end() for match in _CLAUSE_ENDS.finditer(before)]
    clause = before[ends[-1] :] if ends else before
    return _ASKS.search(clause) is not None or _BEFORE.search(clause) is not None or clause.rstrip().endswith("¿")
