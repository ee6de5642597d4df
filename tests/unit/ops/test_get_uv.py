"""tools/get_uv.py takes uv from a package index and keeps only what arrived whole."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from leeward.ops.paths import PROJECT

MANYLINUX = "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"


def wheel(program: bytes) -> bytes:
    """A wheel that holds uv's program and nothing else."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("uv-0.data/scripts/uv", program)
    return content.getvalue()


class Index:
    """A package index (PEP 691) of this machine with some wheels of uv."""

    def __init__(self) -> None:
        self.wheels: dict[str, bytes] = {}
        self.hashes: dict[str, str] = {}
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/simple/uv/")
                self.send_response(200)
                self.end_headers()
                self.wfile.write(index.wheels[name] if name else index.listing())

            def log_message(self, *arguments: Any) -> None:
                """Requests are not logged."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, version: str, tag: str = MANYLINUX, *, digest: str | None = None) -> None:
        name = f"uv-{version}-{tag}"
        self.wheels[name] = wheel(version.encode())
        self.hashes[name] = digest or hashlib.sha256(self.wheels[name]).hexdigest()

    def listing(self) -> bytes:
        files = [{"filename": name, "url": name, "hashes": {"sha256": digest}} for name, digest in self.hashes.items()]
        return json.dumps({"files": files}).encode()


@pytest.fixture
def index() -> Iterator[Index]:
    served = Index()
    yield served
    served.server.shutdown()
    served.server.server_close()


@pytest.fixture
def get_uv(index: Index, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on an Intel machine with Linux, with that index for its own."""
    monkeypatch.setenv("UV_INDEX_URL", index.url)
    spec = importlib.util.spec_from_file_location("get_uv", PROJECT / "tools" / "get_uv.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script.sys, "platform", "linux")
    monkeypatch.setattr(script.platform, "machine", lambda: "x86_64")
    return script


def test_the_newest_release_for_this_machine_is_taken(index: Index, get_uv: ModuleType, tmp_path: Path) -> None:
    index.add("0.9.2")
    index.add("0.10.1")
    index.add("0.11.0rc1")
    index.add("0.12.0", "py3-none-macosx_11_0_arm64.whl")
    index.add("0.12.0", "py3-none-manylinux_2_28_aarch64.whl")
    get_uv.by_wheel(str(tmp_path))
    assert (tmp_path / "bin" / "uv").read_bytes() == b"0.10.1"


def test_what_is_taken_can_be_run(index: Index, get_uv: ModuleType, tmp_path: Path) -> None:
    index.add("0.9.2")
    get_uv.by_wheel(str(tmp_path))
    assert os.access(tmp_path / "bin" / "uv", os.X_OK)


def test_a_wheel_that_is_not_what_the_index_says_is_not_kept(index: Index, get_uv: ModuleType, tmp_path: Path) -> None:
    index.add("0.9.2", digest="0" * 64)
    with pytest.raises(SystemExit, match="did not arrive whole"):
        get_uv.by_wheel(str(tmp_path))
    assert not (tmp_path / "bin").exists()


@pytest.mark.parametrize(
    ("system", "machine", "tag"),
    [
        ("linux", "x86_64", ("manylinux", "x86_64")),
        ("linux", "aarch64", ("manylinux", "aarch64")),
        ("darwin", "arm64", ("macosx", "arm64")),
        ("darwin", "x86_64", ("macosx", "x86_64")),
    ],
)
def test_each_machine_has_its_own_wheel(
    get_uv: ModuleType, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, tag: tuple[str, str]
) -> None:
    monkeypatch.setattr(get_uv.sys, "platform", system)
    monkeypatch.setattr(get_uv.platform, "machine", lambda: machine)
    assert get_uv.wheel_tag() == tag
