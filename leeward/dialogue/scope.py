"""Whether a message is about the home, its loan or the law around it, whatever the classifier makes of it."""

from __future__ import annotations

import re
from typing import Final

# Words that a question about something else hardly has; "house", "bank" and "court" alone are in too many of those.
_OF_THE_HOME: Final = re.compile(
    r"(?<!\w)(?:"
    r"mortgages?|foreclos\w*|deficienc(?:y|ies)|heloc|escrow|servicer|lender|short sale|deed in lieu|underwater"
    r"|sheriff'?s? sale|trustee'?s? sale|auction(?:ed)?|summons|garnish\w*|deficiency judgment|default judgment"
    r"|(?:los[et]|losing|keep|save|sold|took|take|taking) (?:my|our|the|this) (?:house|home|condo)"
    r"|(?:the|my|our) (?:papers|lawsuit|eviction|redemption)"
    r"|(?:judge|court|sheriff|bank) .{0,40}(?:my|our|the) (?:house|home)"
    r"|(?:my|our|the) (?:house|home) .{0,40}(?:judge|court|sheriff|bank|loan|sale)"
    r"|hipotec\w+|ejecucion|embarg\w+|subast\w+|remat\w+|deficiencia|venta corta|escritura|prestamista|desaloj\w+"
    r"|(?:perder|quit\w+|vend\w+|salvar|quedar\w+ con) (?:mi|la|nuestra) casa"
    r"|(?:juez|corte|tribunal|banco|demanda) .{0,40}(?:mi|la|nuestra) casa"
    r"|(?:mi|la|nuestra) casa .{0,40}(?:juez|corte|tribunal|banco|demanda|prestamo)"
    r")(?!\w)"
)


def is_about_the_home(normalized: str) -> bool:
    """Whether a normalized text speaks of the home, its loan, or a claim because of it."""
    return _OF_THE_HOME.search(normalized) is not None
