"""Environment variables: typed, refused by name where they do not fit, and each of them documented."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leeward.devtools import environment_docs
from leeward.ops import settings
from leeward.ops.paths import PROJECT
from leeward.ops.settings import LOCAL_NAMES, Settings, SettingsError

NAMES = {variable.name for variable in settings.variables()}
# A request's own key in Django's META, which is no environment variable.
NO_VARIABLE = {"LEEWARD_REQUEST_ID"}
READERS = {"leeward/ops/settings.py", "leeward/core/firm.py"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("leeward", "actions"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            yield str(path.relative_to(PROJECT)), ast.parse(path.read_text(encoding="utf-8"))


def reads_of_the_environment(tree: ast.Module) -> Iterator[str]:
    """The names in `os.environ["X"]` that is read, `os.environ.get("X")` and `os.getenv("X")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and ast.unparse(node.value) == "os.environ":
            yield ast.unparse(node.slice).strip("'")
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
            yield ast.unparse(node.args[0]).strip("'")


def test_nothing_has_to_be_set() -> None:
    found = Settings.from_environment()
    assert (found.chat_port, found.actions_url, found.desk_port) == (5005, None, 8000)
    assert (found.host, found.hosts, found.tls) == ("127.0.0.1", (), False)
    assert (found.var, found.database_url, found.secret_key, found.proxies) == (None, None, None, ())
    assert found.names_of_desk == found.names_of_chat == ("localhost", "127.0.0.1", "[::1]")


def test_each_value_has_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_VAR", "/srv/leeward")
    monkeypatch.setenv("LEEWARD_DESK_PORT", "8443")
    monkeypatch.setenv("LEEWARD_TLS", "1")
    monkeypatch.setenv("LEEWARD_HOSTS", "desk.example.com, 10.0.0.2")
    monkeypatch.setenv("LEEWARD_PUBLIC_URL", "https://chat.example.com/")
    found = Settings.from_environment()
    assert (found.var, found.desk_port, found.tls) == (Path("/srv/leeward"), 8443, True)
    assert (found.hosts, found.public_url) == (("desk.example.com", "10.0.0.2"), "https://chat.example.com")


def test_each_server_answers_to_its_own_names_and_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_HOSTS", "desk.example.com")
    monkeypatch.setenv("LEEWARD_CHAT_HOSTS", "www.example.com")
    monkeypatch.setenv("LEEWARD_PUBLIC_URL", "https://chat.example.com:8443/")
    found = Settings.from_environment()
    assert found.names_of_desk == (*LOCAL_NAMES, "desk.example.com")
    assert found.names_of_chat == (*LOCAL_NAMES, "www.example.com", "chat.example.com")


def test_proxies_are_named_by_address_or_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEWARD_PROXIES", "127.0.0.1, 10.1.2.3/8, fd00::/8")
    named = [str(network) for network in Settings.from_environment().proxies]
    assert named == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, " ")
    assert Settings.from_environment() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("LEEWARD_CHAT_PORT", "http", "LEEWARD_CHAT_PORT is 'http', which is not a port number; use one from 1 to 65535."),
        ("LEEWARD_DESK_PORT", "65536", "LEEWARD_DESK_PORT is '65536', which is not a port number; use one from 1 to 65535."),
        ("LEEWARD_CHAT_PORT", "0", "LEEWARD_CHAT_PORT is '0', which is not a port number; use one from 1 to 65535."),
        ("LEEWARD_TLS", "yes", "LEEWARD_TLS is 'yes', which is neither 1 (on) nor 0 (off)."),
        (
            "LEEWARD_PROXIES",
            "*",
            "LEEWARD_PROXIES is '*', which names something that is no address; write 10.0.0.2 or 10.0.0.0/8.",
        ),
        (
            "LEEWARD_PUBLIC_URL",
            "chat.example.com",
            "LEEWARD_PUBLIC_URL is 'chat.example.com', which is no web address; write it as https://chat.example.com.",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_one_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment()
    assert str(refused.value) == told


def test_a_command_given_a_variable_that_does_not_fit_ends_with_that_sentence_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "leeward", "cases", "list"],
        env={**os.environ, "LEEWARD_DESK_PORT": "desk"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "LEEWARD_DESK_PORT is 'desk', which is not a port number; use one from 1 to 65535.\n"


@pytest.mark.parametrize(("tls", "insists"), [("0", "False 0 False"), ("1", "True 63072000 True")])
def test_with_tls_the_desk_insists_on_it(tls: str, insists: str) -> None:
    names = "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE"
    told = f"from leeward.ops import django_settings as s; print({', '.join(f's.{name}' for name in names)})"
    done = subprocess.run(
        [sys.executable, "-c", told],
        env={**os.environ, "LEEWARD_TLS": tls},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == insists


def test_no_code_names_a_variable_that_is_not_listed() -> None:
    unlisted = {
        (file, node.value)
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch("LEEWARD_[A-Z_]+", node.value)
        and node.value not in NAMES | NO_VARIABLE
    }
    assert unlisted == set()


def test_rasas_files_name_no_variable_that_is_not_listed() -> None:
    named = {
        word.split("}")[0]
        for file in ("endpoints.yml", "credentials.yml", "config.yml")
        for word in (PROJECT / file).read_text(encoding="utf-8").split("${")[1:]
    }
    assert named <= NAMES


def test_only_the_settings_and_the_firm_read_our_variables() -> None:
    reading = {
        (file, name)
        for file, tree in sources()
        for name in reads_of_the_environment(tree)
        if name in NAMES and file not in READERS
    }
    assert reading == set()


def test_every_setting_is_read_somewhere() -> None:
    used = {node.attr for _, tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {name for name in Settings.__dataclass_fields__ if name not in used} == set()


def test_the_documents_are_those_that_the_settings_make() -> None:
    remedy = "run python -m leeward.devtools.environment_docs"
    assert environment_docs.DOCUMENT.read_text(encoding="utf-8") == environment_docs.document(), remedy
    assert environment_docs.EXAMPLE.read_text(encoding="utf-8") == environment_docs.example(), remedy


def test_the_example_sets_nothing_and_shows_no_secret() -> None:
    lines = environment_docs.EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert all(not line or line.startswith("#") for line in lines)
