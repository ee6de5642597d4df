"""One running Leeward for all tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness import Stack, started


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A started stack with fresh records."""
    with started(tmp_path_factory.mktemp("var"), desk=True, action_server=True) as running:
        yield running
