"""The two languages that Leeward speaks, and a statement in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from msgspec import Meta

Language = Literal["en", "es"]
NonEmpty = Annotated[str, Meta(min_length=1)]

NOT_IN_SPANISH_YET: Final = (
    "Este punto de la ley aún no está en español; pregúntele a un abogado o pida hablar con una persona."
)


@dataclass(frozen=True, slots=True)
class Words:
    """One statement for homeowners, in plain English and plain Spanish. Spanish that is still to be written is None."""

    en: NonEmpty
    es: NonEmpty | None

    def in_language(self, language: Language) -> str:
        """The statement in `language`; where the Spanish is still to be written, that is said in Spanish."""
        if language == "en":
            return self.en
        return self.es if self.es is not None else NOT_IN_SPANISH_YET

    def is_in(self, language: Language) -> bool:
        """Whether the statement exists in `language`."""
        return language == "en" or self.es is not None
