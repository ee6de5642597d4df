"""A process ends with the one that started it, however that one ended."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from harness import until

from leeward.ops import paths

CHILD = """
import os, signal, time
from leeward.ops import parent_watch
parent_watch.LOOK_EVERY_SECONDS, parent_watch.GRACE_SECONDS = 0.01, 0.01
{before}
parent_watch.end_with(os.getppid())
print(os.getpid(), flush=True)
time.sleep(600)
"""
PARENT = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True).wait()
"""


def lives(pid: int) -> bool:
    """Whether a process still does something; one that has ended may stay listed until its new parent has looked."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(told.strip()) and not told.startswith("Z")


@pytest.mark.parametrize("before", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"])
def test_a_child_of_a_killed_parent_ends_whether_or_not_it_listens(before: str) -> None:
    program = PARENT.format(child=CHILD.format(before=before))
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=paths.PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert lives(child)
    parent.kill()
    parent.wait()
    until(lambda: not lives(child))


def test_a_child_goes_on_while_its_parent_does() -> None:
    program = CHILD.format(before="").replace("time.sleep(600)", "time.sleep(0.2); print('well', flush=True)")
    child = subprocess.run([sys.executable, "-c", program], cwd=paths.PROJECT, capture_output=True, text=True, check=True)
    assert child.stdout.split()[1:] == ["well"]
    assert child.stdout.split()[0] != str(os.getpid())
