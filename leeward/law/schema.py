"""schema.json: the shape of a jurisdiction's file for editors and other tools, derived from leeward/law/model.py."""

from __future__ import annotations

import json
from typing import Final

from leeward.law.files import HERE, json_schema
from leeward.law.model import Jurisdiction

FILE: Final = HERE / "schema.json"


def text() -> str:
    """What schema.json must hold."""
    return json.dumps(json_schema(Jurisdiction), indent=2, ensure_ascii=False) + "\n"
