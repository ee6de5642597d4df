"""The firm's file: what it says, when the office is open, and how a fault in it is told."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from leeward.core.firm import Firm, FirmFileError, Retention, firm, load
from leeward.ops import domain_files

PROJECT = Path(__file__).resolve().parents[3]
CHICAGO = ZoneInfo("America/Chicago")
KEPT = {"conversations": 90, "closed_cases": None, "sessions": 1, "logs": 7}
LoadWith = Callable[..., Firm]


@pytest.fixture
def load_with(tmp_path: Path) -> LoadWith:
    """The project's firm.yml with some values changed, read again; a value of ... leaves the name out."""

    def read(**changes: Any) -> Firm:
        values = {**yaml.safe_load((PROJECT / "firm.yml").read_text(encoding="utf-8")), **changes}
        file = tmp_path / "firm.yml"
        file.write_text(yaml.safe_dump({name: value for name, value in values.items() if value is not ...}), encoding="utf-8")
        return load(file)

    return read


def closed_but(**days: list[str]) -> dict[str, list[str] | None]:
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return {day: days.get(day) for day in week}


def test_the_project_comes_with_its_firm() -> None:
    atlas = load(PROJECT / "firm.yml")
    assert (atlas.name, atlas.phone, atlas.phone_display) == ("Atlas Consumer Law", "+13123131613", "(312) 313-1613")
    assert "Sulaiman Law Group, Ltd." in atlas.legal_names
    assert atlas.states_practised == ("IL",)


def test_what_the_firm_has_yet_to_fill_in_is_not_invented() -> None:
    atlas = load(PROJECT / "firm.yml")
    assert (atlas.responsible_attorney, atlas.office_address) == (None, None)


def test_no_other_file_names_the_firm() -> None:
    atlas = load(PROJECT / "firm.yml")
    details = (atlas.name, *atlas.legal_names, atlas.phone, atlas.phone_display)
    folders = [PROJECT / name for name in ("leeward", "actions", "data", "widget/src")]
    files = [
        file for folder in folders for file in folder.rglob("*") if file.suffix in {".py", ".yml", ".html", ".ts", ".json"}
    ]
    files += [*domain_files.files(PROJECT), PROJECT / "config.yml"]
    naming = [str(file) for file in files if any(detail in file.read_text(encoding="utf-8") for detail in details)]
    assert naming == []


def test_another_firm_needs_only_another_file(load_with: LoadWith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_with(name="Harbor Legal", phone="+16175550123", states_practised=["MA"], timezone="America/New_York")
    monkeypatch.setenv("LEEWARD_FIRM", str(tmp_path / "firm.yml"))
    firm.cache_clear()
    try:
        assert (firm().name, firm().phone_display, firm().states_practised) == ("Harbor Legal", "(617) 555-0123", ("MA",))
    finally:
        firm.cache_clear()


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-26 12:00", False),  # Thanksgiving
        ("2026-11-28 12:00", False),  # a Saturday
    ],
)
def test_the_office_is_open_from_its_first_minute_to_before_its_last(load_with: LoadWith, moment: str, is_open: bool) -> None:
    atlas = load_with()
    assert atlas.is_open(datetime.fromisoformat(moment).replace(tzinfo=CHICAGO)) is is_open


def test_the_hours_are_those_of_the_firms_own_time_zone(load_with: LoadWith) -> None:
    assert load_with().is_open(datetime(2026, 11, 23, 15, 30, tzinfo=UTC))  # 9:30 in Chicago
    assert not load_with().is_open(datetime(2026, 11, 23, 14, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-23 07:00", "2026-11-23 09:00"),  # before work, the same day
        ("2026-11-23 09:00", "2026-11-24 09:00"),  # open now, so the next day
        ("2026-11-27 18:00", "2026-11-30 09:00"),  # a Friday evening, so Monday
        ("2026-10-30 18:00", "2026-11-02 09:00"),  # over the change from summer time
        ("2026-11-25 18:00", "2026-11-27 09:00"),  # the evening before Thanksgiving
        ("2026-11-26 08:00", "2026-11-27 09:00"),  # on Thanksgiving
        ("2026-12-24 18:00", "2026-12-28 09:00"),  # before Christmas on a Friday
    ],
)
def test_the_next_opening_skips_closed_days(load_with: LoadWith, now: str, opening: str) -> None:
    found = load_with().next_opening(datetime.fromisoformat(now).replace(tzinfo=CHICAGO))
    assert found is not None
    assert found.replace(tzinfo=None) == datetime.fromisoformat(opening)


def test_a_firm_open_one_day_a_week_opens_again_next_week(load_with: LoadWith) -> None:
    tuesdays = load_with(hours=closed_but(tuesday=["10:00", "12:00"]))
    opening = tuesdays.next_opening(datetime(2026, 11, 24, 11, 0, tzinfo=CHICAGO))
    assert opening == datetime(2026, 12, 1, 10, 0, tzinfo=CHICAGO)


def test_a_firm_open_one_day_a_week_that_is_a_holiday_twice_opens_in_three_weeks(load_with: LoadWith) -> None:
    thursdays = load_with(hours=closed_but(thursday=["10:00", "12:00"]))
    after_the_last_before_christmas = datetime(2025, 12, 18, 11, 0, tzinfo=CHICAGO)
    assert thursdays.next_opening(after_the_last_before_christmas) == datetime(2026, 1, 8, 10, 0, tzinfo=CHICAGO)


def test_a_firm_that_never_opens_has_no_next_opening(load_with: LoadWith) -> None:
    closed = load_with(hours=closed_but())
    assert closed.next_opening(datetime(2026, 11, 24, 11, 0, tzinfo=CHICAGO)) is None


def attributes_read(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}


def test_every_setting_of_the_file_is_read_somewhere() -> None:
    schema = json.loads((PROJECT / "leeward" / "core" / "firm_schema.json").read_text(encoding="utf-8"))
    others = [file for folder in ("leeward", "actions") for file in (PROJECT / folder).rglob("*.py") if file.name != "firm.py"]
    read = set().union(*map(attributes_read, others))
    assert set(schema["properties"]) == {field.name for field in fields(Firm)} == set(schema["required"])
    assert set(schema["properties"]) - read == set()


def test_every_time_that_something_is_kept_for_is_read_somewhere() -> None:
    places = ("leeward/records/retention.py", "leeward/ops/supervisor.py")
    read = set().union(*(attributes_read(PROJECT / place) for place in places))
    assert {field.name for field in fields(Retention)} - read == set()


def test_what_is_kept_until_someone_deletes_it_is_null(load_with: LoadWith) -> None:
    kept = load_with(retention={"conversations": 90, "closed_cases": None, "sessions": 1, "logs": 7}).retention
    assert kept == Retention(conversations=90, closed_cases=None, sessions=1, logs=7)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"phone": "312-313-1613"}, "phone"),
        ({"phone": ...}, "'phone' is a required property"),
        ({"timezone": "America/Gotham"}, "timezone: 'America/Gotham' is no time zone"),
        ({"hours": closed_but(monday=["9:00", "17:00"])}, "hours.monday"),
        ({"hours": closed_but(monday=["17:00", "09:00"])}, "hours.monday: it closes before it opens"),
        ({"states_practised": ["Illinois"]}, "states_practised"),
        ({"notify": ["staff@example.com"]}, "notify is not available yet: nobody is mailed of a new case; take it out"),
        ({"website": "https://example.com"}, "'website' was unexpected"),
        ({"callback": "soon"}, "callback"),
        ({"slogan": "We win"}, "slogan"),
        ({"retention": {"conversations": 0, "closed_cases": None, "sessions": 1, "logs": 7}}, "retention.conversations"),
        ({"retention": {"conversations": 90, "closed_cases": None, "sessions": 1}}, "'logs' is a required property"),
        ({"retention": {"opt_outs": 9, **KEPT}}, "'opt_outs' was unexpected"),
    ],
)
def test_a_fault_is_one_sentence_with_its_place(
    load_with: LoadWith, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(FirmFileError) as fault:
        load_with(**changes)
    message = str(fault.value)
    assert str(tmp_path / "firm.yml") in message
    assert told in message
    assert "\n" not in message


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FirmFileError, match="cannot be read; put one there"):
        load(tmp_path / "nowhere.yml")


def test_a_file_that_is_no_yaml_says_which_line(tmp_path: Path) -> None:
    file = tmp_path / "firm.yml"
    file.write_text("name: [Atlas\nphone: x\n", encoding="utf-8")
    with pytest.raises(FirmFileError, match=r"is not YAML \(.*line 2"):
        load(file)


def test_an_empty_file_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "firm.yml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(FirmFileError, match="the file"):
        load(file)
