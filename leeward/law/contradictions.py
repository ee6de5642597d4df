"""Statements of one law file that cannot all be true, told from the file alone.

A customary process that is not used is no matter of these: such a file is not read at all (leeward.law.loader.load).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from leeward.law.model import DeadlineToSue, Jurisdiction, Protection, Provision, Redemption, Standing

# Where in the file, and what is wrong there.
Contradiction = tuple[str, str]

_STRENGTH: Final[dict[Standing, int]] = {"allowed": 0, "limited": 1, "barred": 2, "not_used": 3}
_COUNTED_TIME: Final = re.compile(
    r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|ninety) (day|month|year)s?\b", re.IGNORECASE
)

_CONDITION: Final = re.compile(
    r"\bonly if\b|\bunless\b|\bno time\b|\bmay give up\b|\btakes? (?:that|it)(?: time)? away\b", re.IGNORECASE
)


def contradictions(law: Jurisdiction) -> Iterator[Contradiction]:
    """All contradictions in one jurisdiction's law, in the order of the file."""
    if (law.reviewed_by is None) != (law.reviewed_on is None):
        yield "reviewed_by", "who reviewed the file and when must both be given, or neither"
    for index, protection in enumerate(law.protections):
        for message in _in_protection(law, protection):
            yield f"protections[{index}]", f"{protection.id} {message}"
    for place, provision in law.provisions:
        if provision.days is not None and provision.months is not None:
            yield place, "the time is counted in days and in months, and only one can be right"
        if _tells_a_day_on_a_condition(provision):
            yield place, "the time holds only under a condition, which neither turns_on nor unless names"
    yield from _in_circumstances(law)
    yield from _in_junior_liens(law)


def _in_protection(law: Jurisdiction, protection: Protection) -> Iterator[str]:
    when, starts, ends = protection.when, protection.effective_from, protection.effective_until
    if when.process is not None and law.process(when.process).standing == "not_used" and protection.effect != "other":
        yield f"is about a {when.process} foreclosure, which is not_used here"
    if protection.share is not None and protection.effect != "reduced":
        yield f"has a share, which only the effect reduced uses, and its effect is {protection.effect}"
    if protection.effect == "reduced" and protection.share is None:
        yield "has the effect reduced and no share"
    if starts is not None and ends is not None and ends < starts:
        yield f"ends on {ends.isoformat()}, before it starts on {starts.isoformat()}"
    for slug in sorted({*when.presumes} & {*when.turns_on}):
        yield f"both presumes {slug} and turns on it"
    if protection.effect == "deadline" and _COUNTED_TIME.search(protection.words.en) and not _has_a_clock(law):
        yield "counts the time to sue, and no rule of deadlines_to_sue has days or months"


def _has_a_clock(law: Jurisdiction) -> bool:
    return any(rule.days is not None or rule.months is not None for rule in law.deadlines_to_sue)


def _tells_a_day_on_a_condition(provision: Provision) -> bool:
    """Whether a person would be told a last day that the words themselves make depend on something nobody has settled."""
    has_count = provision.days is not None or provision.months is not None
    is_named = bool(provision.when.turns_on or provision.when.unless)
    of_the_sale = isinstance(provision, DeadlineToSue | Redemption) and provision.counts_from in ("sale", "service")
    return of_the_sale and has_count and not is_named and _CONDITION.search(provision.words.en) is not None


def _in_circumstances(law: Jurisdiction) -> Iterator[Contradiction]:
    ids, slugs = {protection.id for protection in law.protections}, set(law.slugs)
    for index, item in enumerate(law.circumstances):
        place = f"circumstances[{index}]"
        for name in item.excludes:
            if name not in ids:
                yield place, f"{item.slug} excludes {name}, which is no protection of this file"
        for slug in item.contradicts:
            if slug not in slugs:
                yield place, f"{item.slug} contradicts {slug}, which no rule of this file speaks of"
        for process in item.allows:
            if law.process(process).standing == "not_used":
                yield place, f"{item.slug} allows a claim after a {process} foreclosure, which is not_used here"


def _in_junior_liens(law: Jurisdiction) -> Iterator[Contradiction]:
    junior = law.junior_liens
    for name, standing in (("standing", junior.standing), ("purchase_money_standing", junior.purchase_money_standing)):
        if standing == "not_used":
            yield f"junior_liens.{name}", "not_used is said of a process, and a second mortgage is none"
    if _STRENGTH[junior.purchase_money_standing] < _STRENGTH[junior.standing]:
        yield (
            "junior_liens.purchase_money_standing",
            "a second mortgage that bought the home would be protected less than any other",
        )
