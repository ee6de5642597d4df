"""Writes leeward/law/schema.json, the shape of a jurisdiction's file, from the dataclasses in leeward/law/model.py.

python tools/write_law_schema.py
"""

from __future__ import annotations

from leeward.law.schema import FILE, text

if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
