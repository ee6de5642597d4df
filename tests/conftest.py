"""What all tests share: a data folder of their own, never the project's."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("LEEWARD_VAR", tempfile.mkdtemp(prefix="leeward-tests-"))
