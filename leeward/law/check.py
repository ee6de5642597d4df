"""What is wrong with the law files, and what a lawyer still has to look at.

Faults must be mended before anything is published: a file that is not as the schema says, statements that contradict
each other, a statement without its citation, a file not looked at for more than a year. The rest is only listed: what
nobody has reviewed, what is of low confidence, what the research took from memory without seeing the law's own text,
what it left open, and what has no Spanish yet. The files that hold for all states (options, federal facts, assumptions)
are looked at in the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from leeward.law import signatures
from leeward.law.contradictions import contradictions
from leeward.law.federal import FederalFile
from leeward.law.files import HERE, LawFileError, differences, read_as, read_yaml, shaped
from leeward.law.loader import US, AssumptionsFile, load
from leeward.law.model import Citation, Jurisdiction
from leeward.law.notes import NotesFile
from leeward.law.options import OptionsFile
from leeward.law.persons import PersonsFile

Kind = Literal[
    "schema",
    "contradiction",
    "citation",
    "stale",
    "unreviewed",
    "changed_since_signed",
    "low_confidence",
    "from_memory",
    "no_question",
    "open_question",
    "not_in_spanish",
]

FAULTS: Final[frozenset[Kind]] = frozenset({"schema", "contradiction", "citation", "stale"})
STALE_AFTER_DAYS: Final = 365
# What stands in a note to ourselves and in no citation.
_NOTE: Final = re.compile(
    r"\bnamed in\b|\b(?:not|never|none) (?:read|seen|found|confirmed)\b|\bno \w+ found\b|\bresearch\b|\baudit\b"
    r"|\bas (?:told|read|quoted|set out)\b|\bsaid to\b|\bbelieved\b|\bcase law\b|\bcontract terms\b"
)
# Firms that sell answers to lawsuits or loans: what they say of the law is no source of it.
_ANSWER_GUIDES: Final = re.compile(
    r"//(?:\w+\.)*(?:docdraft\.ai|isthisscam\.app|debtaegis\.com|solosuit\.com|talkaboutdebt\.ai|distresseddealradar\.com"
    r"|docketmath\.com|courtdeadlines\.com|generisonline\.com|biggerpockets\.com)/"
)
_SharedFile = type[OptionsFile] | type[FederalFile] | type[AssumptionsFile] | type[PersonsFile] | type[NotesFile]
SHARED: Final[Mapping[str, _SharedFile]] = MappingProxyType(
    {
        "options.yml": OptionsFile,
        "federal.yml": FederalFile,
        "assumptions.yml": AssumptionsFile,
        "persons.yml": PersonsFile,
        "after_loss.yml": NotesFile,
        "other_losses.yml": NotesFile,
        "common_questions.yml": NotesFile,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One point about one law file: which file, where in it (as in `protections[2].citation`), of what kind, and why."""

    file: str
    place: str
    kind: Kind
    message: str

    @property
    def is_fault(self) -> bool:
        """Whether it must be mended, rather than only looked at."""
        return self.kind in FAULTS

    def __str__(self) -> str:
        return f"{self.file}, at {self.place}: {self.message} ({self.kind.replace('_', ' ')})"

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON: {file, place, kind, message, is_fault}."""
        return {**asdict(self), "is_fault": self.is_fault}


def findings(*, on: date | None = None, directory: Path = US) -> list[Finding]:
    """All findings on the law files of a directory, in the order of the files.

    `on` is the day against which a file's as-of date is held (more than 365 days before it: stale); None leaves that out.
    """
    return [finding for path in sorted(directory.glob("*.yml")) for finding in _of_file(path, on)]


def shared_findings(*, on: date | None = None, directory: Path = HERE) -> list[Finding]:
    """All findings on the files that hold for every state; `on` as for `findings`."""
    return [finding for name, shape in SHARED.items() for finding in _of_shared_file(directory / name, shape, on)]


@dataclass(frozen=True, slots=True)
class Sources:
    """How many citations were seen in which way, and how many of the statements a lawyer has signed as they stand."""

    text: int
    secondary: int
    memory: int
    signed: int
    statements: int

    def __str__(self) -> str:
        seen = f"{self.text} citations read in text, {self.secondary} in a secondary source, {self.memory} from memory"
        return f"{seen}; {self.signed} of {self.statements} statements signed."


def sources() -> Sources:
    """The sources and signatures of all law files that ship. Raises LawFileError for one that cannot be used."""
    found = [load(path) for path in sorted(US.glob("*.yml"))]
    shared = [read_as(HERE / name, shape) for name, shape in SHARED.items()]
    every = [statement for file in (*found, *shared) for _, statement in signatures.statements(file)]
    seen = Counter(source.seen for statement in every for source in _citations(statement))
    signed = sum(signatures.state(statement) == "signed" for statement in every)
    return Sources(seen["text"], seen["secondary"], seen["memory"], signed, len(every))


def _citations(statement: Any) -> Iterable[Citation]:
    return getattr(statement, "citations", ())


def _of_shared_file(path: Path, shape: _SharedFile, on: date | None) -> Iterator[Finding]:
    try:
        data = read_yaml(path)
    except LawFileError as error:
        yield Finding(error.file, error.place, "schema", error.message)
        return
    faults = list(_shape_faults(path.name, data, shape))
    yield from faults or _of_readable_shared_file(path.name, data, shape, on)
    yield from _low_confidence(path.name, "", data)
    yield from _from_memory(path.name, "", data)
    yield from _not_in_spanish(path.name, data)


def _of_readable_shared_file(file: str, data: Any, shape: _SharedFile, on: date | None) -> Iterator[Finding]:
    yield from _missing_statements(file, "", data)
    yield from _no_sources(file, "", data)
    yield from _changed_since_signed(file, shaped(data, shape, file))
    yield from _age(file, date.fromisoformat(data["as_of"]), on)
    if data["reviewed_by"] is None:
        yield Finding(file, "reviewed_by", "unreviewed", "no lawyer has signed this file")


def _of_file(path: Path, on: date | None) -> Iterator[Finding]:
    try:
        data = read_yaml(path)
        faults = list(_shape_faults(path.name, data, Jurisdiction))
        if faults:
            yield from faults
            return
        law = load(path)
    except LawFileError as error:
        yield Finding(error.file, error.place, "schema", error.message)
        return
    yield from _missing_statements(path.name, "", data)
    yield from _no_sources(path.name, "", data)
    yield from _changed_since_signed(path.name, law)
    for place, message in contradictions(law):
        yield Finding(path.name, place, "contradiction", message)
    yield from _age(path.name, law.as_of, on)
    yield from _review(path.name, law)
    yield from _low_confidence(path.name, "", data)
    yield from _from_memory(path.name, "", data)
    yield from _without_a_sentence(path.name, law)
    yield from _not_in_spanish(path.name, data)
    for index, question in enumerate(law.open_questions):
        yield Finding(path.name, f"open_questions[{index}]", "open_question", question)


def _shape_faults(file: str, data: Any, shape: type) -> Iterator[Finding]:
    for place, message in differences(data, shape):
        yield Finding(file, place, _kind_of_fault(place, message), message)


def _kind_of_fault(place: str, message: str) -> Kind:
    return "citation" if ".citations" in f".{place}" or message.startswith("'citations'") else "schema"


def _missing_statements(file: str, place: str, value: Any) -> Iterator[Finding]:
    """Citations and words that are there in name only ("…")."""
    for inner_place, inner in _parts(place, value):
        if isinstance(inner, str):
            if _is_blank(inner):
                message = "nothing is said here"
                yield Finding(file, inner_place, _kind_of_fault(inner_place, message), message)
        else:
            yield from _missing_statements(file, inner_place, inner)


def _no_sources(file: str, place: str, value: Any) -> Iterator[Finding]:
    """Citations that are notes to ourselves, or that offer a seller of answers as a source of law."""
    if isinstance(value, dict) and isinstance(value.get("cite"), str):
        if _NOTE.search(value["cite"]):
            yield Finding(file, f"{place}.cite", "citation", f"this is a note and not a source: {value['cite']}")
        if _ANSWER_GUIDES.search(value.get("href") or ""):
            yield Finding(file, f"{place}.href", "citation", "this page sells answers and is no source of law")
    for inner_place, inner in _parts(place, value):
        yield from _no_sources(file, inner_place, inner)


def _changed_since_signed(file: str, found: object) -> Iterator[Finding]:
    for place, statement in signatures.statements(found):
        if signatures.state(statement) == "changed":
            yield Finding(file, place, "changed_since_signed", f"signed by {statement.reviewed.by}, but changed since")


def _is_blank(text: str) -> bool:
    return not text.strip(" .…-?")


def _age(file: str, as_of: date, on: date | None) -> Iterator[Finding]:
    if on is not None and (on - as_of).days > STALE_AFTER_DAYS:
        yield Finding(file, "as_of", "stale", f"last looked at on {as_of.isoformat()}, more than a year ago")


def _review(file: str, law: Jurisdiction) -> Iterator[Finding]:
    if law.reviewed_by is None or law.reviewed_on is None:
        yield Finding(file, "reviewed_by", "unreviewed", "no lawyer has signed this file")
    elif law.reviewed_on < law.as_of:
        yield Finding(file, "reviewed_on", "unreviewed", "the file has changed since a lawyer signed it")


def _low_confidence(file: str, place: str, value: Any) -> Iterator[Finding]:
    if isinstance(value, dict) and value.get("confidence") == "low":
        yield Finding(file, place or "confidence", "low_confidence", "the research is not sure of this")
    for inner_place, inner in _parts(place, value):
        yield from _low_confidence(file, inner_place, inner)


def _from_memory(file: str, place: str, value: Any) -> Iterator[Finding]:
    if isinstance(value, dict) and value.get("seen") == "memory":
        yield Finding(file, place, "from_memory", "the research did not see the law's own text")
    for inner_place, inner in _parts(place, value):
        yield from _from_memory(file, inner_place, inner)


def _without_a_sentence(file: str, law: Jurisdiction) -> Iterator[Finding]:
    """Circumstances that rules speak of and nobody could be asked about."""
    told = {item.slug for item in law.circumstances}
    for slug in law.slugs:
        if slug not in told:
            yield Finding(file, "circumstances", "no_question", f"{slug} has no question, and nothing is said of what it does")


def _not_in_spanish(file: str, data: Any) -> Iterator[Finding]:
    """One finding a file: most files either have their Spanish or wait for it as a whole."""
    places = list(_without_spanish("", data))
    if places:
        waiting = f"{len(places)} statements are not in Spanish yet" if len(places) > 1 else "not in Spanish yet"
        yield Finding(file, places[0], "not_in_spanish", waiting)


def _without_spanish(place: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "en" in value and value.get("es") is None:
        yield place
    for inner_place, inner in _parts(place, value):
        yield from _without_spanish(inner_place, inner)


def _parts(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{place}.{key}" if place else key, inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{place}[{index}]", inner
