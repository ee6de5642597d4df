"""The law, read from data: one file a jurisdiction in leeward/law/us/, checked when it is read.

`jurisdiction("IL")` gives Illinois; `codes()` names the files there are; `words("shortfall/exact")` gives one of the
general sentences of reasons.yml, which belong to no jurisdiction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from leeward.core.facts import Facts, Range
from leeward.core.language import Words
from leeward.law.model import Condition, FairValue, JuniorLiens, Jurisdiction, OptionLaw, Process, Protection, Provision

HERE: Final = Path(__file__).parent
US: Final = HERE / "us"


class LawFileError(ValueError):
    """A law file that cannot be used: which file, where in it, and what is wrong."""

    def __init__(self, file: str, place: str, message: str) -> None:
        super().__init__(f"{file}, at {place}: {message}")
        self.file = file
        self.place = place
        self.message = message


@dataclass(frozen=True, slots=True)
class AuctionAssumptions:
    """What is taken as given about foreclosure sales; see assumptions.yml for where each figure comes from.

    `discount` is the share of the home's worth that a sale loses (0 to 1), `costs` what the sale adds to the debt (USD).
    """

    discount: Range
    costs: Range
    words: Words
    source: str


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
    data = read_yaml(path)
    faults = schema_faults(data)
    if faults:
        place, message = faults[0]
        raise LawFileError(path.name, place, message)
    if path.stem != data["code"].lower():
        raise LawFileError(path.name, "code", f"the file of {data['code']} is named {data['code'].lower()}.yml")
    repeated = _repeated([entry["id"] for entry in data["protections"]])
    if repeated:
        raise LawFileError(path.name, "protections", f"the id {repeated} is used more than once")
    if data[data["customary"]]["standing"] == "not_used":
        raise LawFileError(path.name, "customary", f"{data['customary']} is customary and not_used at once")
    return _jurisdiction(data)


def read_yaml(path: Path) -> Any:
    """A YAML file as plain JSON values (dates as ISO 8601). Raises LawFileError where it is not YAML or repeats a key."""
    try:
        return _plain(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "the file"
        raise LawFileError(path.name, line, error.problem or "not valid YAML") from error


def schema_faults(data: Any) -> list[tuple[str, str]]:
    """Where a jurisdiction's data differs from schema.json: (place, message), in the order of the file's places."""
    errors = sorted(_schema().iter_errors(data), key=lambda error: [str(part) for part in error.absolute_path])
    return [(_place(error.absolute_path), error.message) for error in errors]


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
    data = read_yaml(HERE / "assumptions.yml")["auction"]
    return AuctionAssumptions(
        discount=_range(data["discount"]),
        costs=_range(data["costs"]),
        words=_words(data["text"]),
        source=data["source"],
    )


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen when Python starts
    """YAML's safe loader, which by itself would silently keep only the last of two equal keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        repeated = _repeated(keys)
        if repeated:
            raise yaml.MarkedYAMLError(problem=f"the key {repeated} is there twice", problem_mark=node.start_mark)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found


def _repeated(names: Sequence[str]) -> str | None:
    return next((name for index, name in enumerate(names) if name in names[:index]), None)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case date():
            return value.isoformat()
        case str():
            return re.sub(r"\s+", " ", value).strip()
    return value


@cache
def _schema() -> jsonschema.Draft7Validator:
    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))


def _place(path: Sequence[str | int]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return place.removeprefix(".") or "the file"


@cache
def _all_words() -> Mapping[str, Words]:
    return {key: _words(entry) for key, entry in read_yaml(HERE / "reasons.yml").items()}


def _jurisdiction(data: Mapping[str, Any]) -> Jurisdiction:
    return Jurisdiction(
        code=data["code"],
        name=_words(data["name"]),
        as_of=date.fromisoformat(data["as_of"]),
        confidence=data["confidence"],
        reviewed_by=data["reviewed_by"],
        reviewed_on=_date(data["reviewed_on"]),
        customary=data["customary"],
        judicial=Process(**data["judicial"]),
        nonjudicial=Process(**data["nonjudicial"]),
        protections=tuple(_protection(entry) for entry in data["protections"]),
        fair_value_credit=_fair_value(data["fair_value_credit"]),
        deadline_to_sue=_provision(data["deadline_to_sue"]),
        redemption_after_sale=_provision(data["redemption_after_sale"]),
        reinstatement=_provision_or_none(data["reinstatement"]),
        redemption_before_sale=_provision_or_none(data["redemption_before_sale"]),
        answer_to_suit=_provision_or_none(data["answer_to_suit"]),
        deed_in_lieu=_option_law(data["deed_in_lieu"]),
        short_sale=_option_law(data["short_sale"]),
        consent_foreclosure=_option_law(data["consent_foreclosure"]),
        junior_liens=_junior_liens(data["junior_liens"]),
        mediation=_provision_or_none(data["mediation"]),
        summary=_words(data["summary"]),
        sources=tuple(data["sources"]),
        open_questions=tuple(data["open_questions"]),
    )


def _words(data: Mapping[str, Any]) -> Words:
    return Words(en=data["en"], es=data["es"])


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _range(data: Mapping[str, Any]) -> Range:
    return Range(Decimal(str(data["low"])), Decimal(str(data["high"])))


def _protection(data: Mapping[str, Any]) -> Protection:
    return Protection(
        id=data["id"],
        when=_condition(data["when"]),
        effect=data["effect"],
        words=_words(data["text"]),
        citation=data["citation"],
        confidence=data["confidence"],
        share=Decimal(data["share"]) if data.get("share") is not None else None,
        effective_from=_date(data.get("effective_from")),
        effective_until=_date(data.get("effective_until")),
    )


def _condition(data: Mapping[str, Any]) -> Condition:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Condition(**fields)


def _provision(data: Mapping[str, Any]) -> Provision:
    return Provision(
        words=_words(data["text"]),
        citation=data["citation"],
        confidence=data["confidence"],
        days=data.get("days"),
        months=data.get("months"),
        runs_from=data.get("runs_from"),
    )


def _provision_or_none(data: Mapping[str, Any] | None) -> Provision | None:
    return None if data is None else _provision(data)


def _fair_value(data: Mapping[str, Any]) -> FairValue:
    return FairValue(applies=data["applies"], processes=tuple(data["processes"]), citation=data["citation"])


def _option_law(data: Mapping[str, Any] | None) -> OptionLaw | None:
    if data is None:
        return None
    return OptionLaw(data["deficiency"], _words(data["text"]), data["citation"], data["confidence"])


def _junior_liens(data: Mapping[str, Any]) -> JuniorLiens:
    return JuniorLiens(
        standing=data["standing"],
        purchase_money_standing=data["purchase_money_standing"],
        words=_words(data["text"]),
        citation=data["citation"],
        confidence=data["confidence"],
    )
