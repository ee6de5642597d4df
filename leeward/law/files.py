"""Reading a law file into the dataclasses that say what it may hold.

The dataclasses are the one description of the files: the JSON Schema is derived from them, every difference from it is
named with its place, and a file without one becomes the objects.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import jsonschema
import msgspec
import yaml

T = TypeVar("T")

HERE: Final = Path(__file__).parent


class LawFileError(ValueError):
    """A law file that cannot be used: which file, where in it, and what is wrong."""

    def __init__(self, file: str, place: str, message: str) -> None:
        super().__init__(f"{file}, at {place}: {message}")
        self.file = file
        self.place = place
        self.message = message


def read_as(path: Path, shape: type[T]) -> T:
    """A YAML file as the objects that it holds. Raises LawFileError, naming file and place, where it is not of that shape."""
    return shaped(read_yaml(path), shape, path.name)


def shaped(data: Any, shape: type[T], file: str) -> T:
    """The objects for a file's plain values. Raises LawFileError for the first place at which they differ from `shape`."""
    for place, message in differences(data, shape):
        raise LawFileError(file, place, message)
    return msgspec.convert(data, shape)


def differences(data: Any, shape: Any) -> list[tuple[str, str]]:
    """Where plain values cannot be a `shape`: (place, message), in the order of the places."""
    found = _schema_differences(data, shape)
    if found:
        return found
    try:
        msgspec.convert(data, shape)
    except msgspec.ValidationError as error:  # what a schema cannot say, such as a range whose bounds are swapped
        message, _, place = str(error).partition(" - at ")
        return [(place.strip("`").removeprefix("$").removeprefix(".") or "the file", message)]
    return []


def read_yaml(path: Path) -> Any:
    """A YAML file as plain JSON values (dates as ISO 8601). Raises LawFileError where it is not YAML or repeats a key."""
    try:
        return _plain(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "the file"
        raise LawFileError(path.name, line, error.problem or "not valid YAML") from error


def json_schema(shape: Any) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a dataclass; keys that are no field of it are refused."""
    schema = msgspec.json.schema(shape)
    for definition in schema.get("$defs", {}).values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def repeated(names: Sequence[str]) -> str | None:
    """The first name that stands in the list more than once; None where each stands once."""
    return next((name for index, name in enumerate(names) if name in names[:index]), None)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen when Python starts
    """YAML's safe loader, which by itself would silently keep only the last of two equal keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        twice = repeated([key.value for key, _ in node.value])
        if twice:
            raise yaml.MarkedYAMLError(problem=f"the key {twice} is there twice", problem_mark=node.start_mark)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found


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
def _validator(shape: Any) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema(shape), format_checker=jsonschema.FormatChecker(["date"]))


def _schema_differences(data: Any, shape: Any) -> list[tuple[str, str]]:
    errors = sorted(_validator(shape).iter_errors(data), key=lambda error: [str(part) for part in error.absolute_path])
    clearest = [inner for error in errors for inner in _clearest(error)]
    return [(_place(error.absolute_path), error.message) for error in clearest]


def _clearest(error: jsonschema.ValidationError) -> list[jsonschema.ValidationError]:
    """What is wrong inside a value that may also be null, rather than that it is neither."""
    inner = [cause for cause in error.context or () if cause.validator_value != "null"]
    return [clear for cause in inner for clear in _clearest(cause)] or [error]


def _place(path: Sequence[str | int]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return place.removeprefix(".") or "the file"
