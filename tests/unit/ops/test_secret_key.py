"""The secret that every key is derived from."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from leeward.ops.secret_key import derived_key, secret_key
from leeward.ops.settings import SettingsError

GIVEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LEEWARD_VAR", str(tmp_path))
    monkeypatch.delenv("LEEWARD_SECRET_KEY", raising=False)
    secret_key.cache_clear()
    yield tmp_path
    secret_key.cache_clear()


def test_it_is_made_once_and_kept(folder: Path) -> None:
    made = secret_key()
    secret_key.cache_clear()
    assert secret_key() == made == (folder / "secret.key").read_text(encoding="ascii")
    assert len(made) >= 64


def test_only_its_owner_can_read_it(folder: Path) -> None:
    secret_key()
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_nothing_else_is_left_beside_it(folder: Path) -> None:
    secret_key()
    assert [file.name for file in folder.iterdir()] == ["secret.key"]


def test_all_that_start_at_once_have_the_same_one() -> None:
    with ThreadPoolExecutor(8) as starting:
        keys = set(starting.map(lambda _: secret_key.__wrapped__(), range(40)))
    assert len(keys) == 1


def test_the_environments_own_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_SECRET_KEY", GIVEN)
    assert secret_key() == GIVEN
    assert not (folder / "secret.key").exists()


@pytest.mark.parametrize("given", ["x", GIVEN[:-1]])
def test_a_secret_that_can_be_guessed_is_refused_in_a_sentence_that_does_not_show_it(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("LEEWARD_SECRET_KEY", given)
    with pytest.raises(SettingsError) as refused:
        secret_key()
    assert str(refused.value) == (
        "LEEWARD_SECRET_KEY is too short to sign with; use at least 32 random characters (`openssl rand -base64 48`)."
    )


def test_nothing_is_signed_with_an_empty_secret(folder: Path) -> None:
    (folder / "secret.key").touch()
    with pytest.raises(SettingsError, match=r"secret\.key is empty; delete it"):
        secret_key()


def test_each_purpose_has_a_key_of_its_own_that_tells_nothing_of_the_secret() -> None:
    keys = {derived_key(purpose) for purpose in ("chat", "asks", "actions", "desk")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}
    assert secret_key().encode() not in keys


def test_the_key_for_a_purpose_stays_the_same_while_the_secret_does(monkeypatch: pytest.MonkeyPatch) -> None:
    before = derived_key("chat")
    secret_key.cache_clear()
    assert derived_key("chat") == before
    secret_key.cache_clear()
    monkeypatch.setenv("LEEWARD_SECRET_KEY", GIVEN)
    assert derived_key("chat") != before
