"""The law, read from data: one file a jurisdiction in leeward/law/us/, checked when it is read.

`jurisdiction("IL")` gives Illinois; `codes()` names the files there are; `words("shortfall/exact")` gives one of the
general sentences of reasons.yml, which belong to no jurisdiction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from leeward.core.facts import Facts, Range
from leeward.core.language import NonEmpty, Words
from leeward.law.files import HERE, LawFileError, read_as, repeated
from leeward.law.model import Jurisdiction

US: Final = HERE / "us"


@dataclass(frozen=True, slots=True)
class AuctionAssumptions:
    """What is taken as given about foreclosure sales; see assumptions.yml for where each figure comes from.

    `discount` is the share of the home's worth that a sale loses (0 to 1), `costs` what the sale adds to the debt (USD).
    """

    discount: Range
    costs: Range
    source: NonEmpty
    words: Words


@dataclass(frozen=True, slots=True)
class AssumptionsFile:
    """assumptions.yml: what the estimate takes as given, when it was last looked at, and the lawyer who has signed it."""

    as_of: date
    reviewed_by: NonEmpty | None
    auction: AuctionAssumptions


@cache
def jurisdiction(code: str) -> Jurisdiction:
    """The law of one state (two letters, as in "IL"), DC or Puerto Rico.

    Raises KeyError for a code that has no file and LawFileError for a file that cannot be used.
    """
    if code not in codes():
        raise KeyError(f"no law file for {code!r}; there are files for {', '.join(codes())}")
    return load(US / f"{code.lower()}.yml")


def law_for(facts: Facts) -> Jurisdiction | None:
    """The law of the state that the home is in; None where the state is not known or has no file."""
    state = facts.get("state")
    return jurisdiction(state) if isinstance(state, str) and state in codes() else None


@cache
def codes() -> tuple[str, ...]:
    """The codes of all jurisdictions that have a file, in alphabetical order."""
    return tuple(sorted(path.stem.upper() for path in US.glob("*.yml")))


def load(path: Path) -> Jurisdiction:
    """One jurisdiction from its file. Raises LawFileError, naming file and place, where the file is not as it must be."""
    law = read_as(path, Jurisdiction)
    if path.stem != law.code.lower():
        raise LawFileError(path.name, "code", f"the file of {law.code} is named {law.code.lower()}.yml")
    twice = repeated([protection.id for protection in law.protections])
    if twice:
        raise LawFileError(path.name, "protections", f"the id {twice} is used more than once")
    if law.process(law.customary).standing == "not_used":
        raise LawFileError(path.name, "customary", f"{law.customary} is customary and not_used at once")
    return law


@cache
def words(key: str) -> Words:
    """One of the general sentences in reasons.yml. Raises KeyError for a key that is not there."""
    return _all_words()[key]


def presumption(slug: str) -> Words:
    """What a protection takes as given, in words; a general sentence for a slug that has none of its own."""
    return _all_words().get(f"presumes/{slug}") or words("presumes/other")


@cache
def auction() -> AuctionAssumptions:
    """What is assumed about the price and the costs of a foreclosure sale."""
    return read_as(HERE / "assumptions.yml", AssumptionsFile).auction


@cache
def _all_words() -> Mapping[str, Words]:
    return read_as(HERE / "reasons.yml", dict[str, Words])
