"""Brings uv into the project's own folder on a machine that has nothing but Python 3: `python3 tools/get_uv.py .uv`.

Tries a virtual environment first; where Debian's python3 comes without venv or pip, takes uv's wheel from the package
index itself (PEP 691) and unpacks it, for the wheel holds the program.
"""

import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile

INDEX = os.environ.get("UV_INDEX_URL", "https://pypi.org/simple").rstrip("/")


def by_venv(folder):
    made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True)
    if made.returncode != 0:
        return False
    got = subprocess.run([os.path.join(folder, "bin", "pip"), "install", "--quiet", "uv>=0.5"])
    return got.returncode == 0


def wheel_tag():
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        return "macosx", "arm64" if machine == "arm64" else "x86_64"
    return "manylinux", "aarch64" if machine in ("aarch64", "arm64") else "x86_64"


def release(file):
    """The version of a wheel as numbers, or nothing for a pre-release."""
    parts = file["filename"].split("-")[1].split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def by_wheel(folder):
    request = urllib.request.Request(INDEX + "/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request) as answer:
        files = json.load(answer)["files"]
    system, machine = wheel_tag()
    fitting = [f for f in files if f["filename"].endswith(".whl") and system in f["filename"] and machine in f["filename"]]
    wheel = max((f for f in fitting if release(f)), key=release)
    with urllib.request.urlopen(urllib.parse.urljoin(INDEX + "/uv/", wheel["url"])) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        raise SystemExit("The uv package did not arrive whole; run make again.")
    os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        path = os.path.join(folder, "bin", "uv")
        with open(path, "wb") as program:
            program.write(archive.read(member))
        os.chmod(path, 0o755)


if __name__ == "__main__":
    if not by_venv(sys.argv[1]):
        by_wheel(sys.argv[1])
