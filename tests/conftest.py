"""What all tests share: a data folder of their own, never the project's."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import hypothesis

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("LEEWARD_VAR", tempfile.mkdtemp(prefix="leeward-tests-"))
# A busy machine is no fault: how fast a thing is stands in `leeward bench`, not in a property.
hypothesis.settings.register_profile("leeward", deadline=None)
hypothesis.settings.load_profile("leeward")
