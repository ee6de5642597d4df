"""Where the records are kept: an SQLite file, or the PostgreSQL database of an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeward.ops import database
from leeward.ops.settings import Settings, SettingsError

FOLDER = Path("/srv/leeward")


def test_without_an_address_the_records_are_a_file_of_the_data_folder() -> None:
    found = database.configuration(None, FOLDER)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", f"file:{FOLDER}/records.sqlite3?mode=rw")


def test_a_folder_whose_name_has_signs_in_it_is_still_one_address() -> None:
    assert database.configuration(None, Path("/srv/a b?c#d%"))["NAME"] == "file:/srv/a%20b%3Fc%23d%25/records.sqlite3?mode=rw"


def test_a_writer_of_the_file_locks_at_its_start_and_waits_for_its_turn() -> None:
    options = database.configuration(None, FOLDER)["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", database.SQLITE_WAIT_SECONDS)


@pytest.mark.parametrize("pragma", ["journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"])
def test_the_file_is_kept_as_promised(pragma: str) -> None:
    assert f"PRAGMA {pragma}" in database.configuration(None, FOLDER)["OPTIONS"]["init_command"]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_an_address_names_the_database_and_who_opens_it(scheme: str) -> None:
    found = database.configuration(f"{scheme}://leeward:secret@db.example.com:5433/records", FOLDER)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.com", 5433, "records")
    assert (found["USER"], found["PASSWORD"]) == ("leeward", "secret")


def test_a_connection_is_kept_for_a_minute_and_looked_at_before_it_is_used() -> None:
    found = database.configuration("postgresql://leeward@db/records", FOLDER)
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)


@pytest.mark.parametrize(
    ("written", "password"),
    [("p%40ss%2Fw%3Ard", "p@ss/w:rd"), ("100%25", "100%"), ("a%23b%3Fc", "a#b?c"), ("a+b", "a+b"), ("%C3%B1", "ñ"), ("", "")],
)
def test_a_password_is_percent_decoded_once(written: str, password: str) -> None:
    assert database.configuration(f"postgresql://leeward:{written}@db/records", FOLDER)["PASSWORD"] == password


def test_options_reach_the_driver() -> None:
    found = database.configuration("postgresql://leeward@db/records?sslmode=require&connect_timeout=9", FOLDER)
    assert (found["OPTIONS"]["sslmode"], found["OPTIONS"]["connect_timeout"]) == ("require", 9)


def test_nobody_waits_for_ever_for_a_server_that_is_gone() -> None:
    options = database.configuration("postgresql://leeward@db/records", FOLDER)["OPTIONS"]
    assert options["connect_timeout"] == 5
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 30


@pytest.mark.parametrize(
    "address",
    [
        "mysql://leeward:s3cret@db/records",
        "postgresql://leeward:s3cret@db",
        "postgresql://leeward:s3/cret@db:x/records",
        "s3cret",
    ],
)
def test_an_address_that_does_not_fit_is_refused_without_repeating_its_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("LEEWARD_DATABASE_URL", address)
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()
    assert str(refused.value) == (
        "LEEWARD_DATABASE_URL is no address of a PostgreSQL database; write it as postgresql://user:password@host:5432/name."
    )
