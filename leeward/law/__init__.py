"""The law of each jurisdiction, as data in us/*.yml, and what reads, checks and prints it."""

from __future__ import annotations

from leeward.law.files import HERE, LawFileError, read_yaml
from leeward.law.loader import US, AuctionAssumptions, auction, codes, jurisdiction, law_for, load, presumption, words

__all__ = [
    "HERE",
    "US",
    "AuctionAssumptions",
    "LawFileError",
    "auction",
    "codes",
    "jurisdiction",
    "law_for",
    "load",
    "presumption",
    "read_yaml",
    "words",
]
