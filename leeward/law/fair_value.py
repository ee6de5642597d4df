"""Whether a state's law counts what the home was worth, told from its protections, which are what the estimate goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from leeward.law.model import Effect, Jurisdiction, ProcessName, Protection

Applies = Literal[
    "yes",  # credited by law for a home that its owner lives in
    "partly",  # only a share of the gap, or only in cases that papers or the kind of property decide
    "discretion",  # no credit, but the court may refuse or lower the deficiency
    "no",
]
_EFFECTS: Final[tuple[Effect, ...]] = ("fair_value_credit", "reduced", "discretion")


@dataclass(frozen=True, slots=True)
class FairValueCredit:
    """Whether the home's worth is credited when it sold for less, after which kind of foreclosure, and by which rules."""

    applies: Applies
    processes: tuple[ProcessName, ...]
    protections: tuple[Protection, ...]


def fair_value_credit(law: Jurisdiction) -> FairValueCredit:
    """What the protections say of the home's worth after a sale of the first mortgage."""
    counting = tuple(item for item in law.protections if item.effect in _EFFECTS and item.when.lien != "junior")
    processes = tuple(name for name in get_args(ProcessName) if any(_concerns(item, name, law) for item in counting))
    return FairValueCredit(_applies(counting), processes, counting)


def _applies(counting: tuple[Protection, ...]) -> Applies:
    effects = {item.effect for item in counting}
    if any(_is_credit_for_an_owners_home(item) for item in counting):
        return "yes"
    if effects & {"fair_value_credit", "reduced"}:
        return "partly"
    return "discretion" if effects else "no"


def _is_credit_for_an_owners_home(item: Protection) -> bool:
    when = item.when
    return item.effect == "fair_value_credit" and not when.turns_on and (not when.occupancy or "home" in when.occupancy)


def _concerns(item: Protection, process: ProcessName, law: Jurisdiction) -> bool:
    return item.when.process in (None, process) and law.process(process).standing != "not_used"
