"""What the network tells apart: the role of a word piece, and the labels of a message; and the manifest that says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[2]
# What the assistant reads with, and what the steps hand on to each other.
SHIPPED: Final = PROJECT / "leeward" / "nlu" / "data" / "tagger"
WORK: Final = PROJECT / "var" / "tagger"

Value = str | int | bool

OTHER: Final = "O"
# Roles of a word piece: the marks of data/messages, then facts that are said in words of the text. No example has a county yet.
ROLES: Final = tuple(
    f"{OTHER} owed worth second monthly arrears bought_for sold_for claimed fee offer other_debt months_behind units other "
    "home residence lenders relatives name served hearing answer_due sale_ahead sale_past letter payment event "
    "lender first_name last_name best_time county".split()
)
SAID_IN_WORDS: Final = ("lender", "first_name", "last_name", "best_time")

_YES_OR_NO: Final = (
    "on_the_loan borrower_died discharged military prior_bankruptcy has_lawyer safe_to_contact wants_contact consent_contact"
).split()
# Facts with one value at most, and their values.
CHOICES: Final[Mapping[str, tuple[Value, ...]]] = {
    "stage": ("current", "behind", "notice", "served", "judgment", "sale_set", "sold", "deficiency_claim"),
    "occupancy": ("home", "rental", "second_home", "vacant", "inherited"),
    "goal": ("keep", "leave", "unsure"),
    "loan_purpose": ("purchase", "refinance", "home_equity"),
    "loan_type": ("conventional", "fha", "va", "usda", "private", "reverse"),
    "trouble": ("hoa", "property_tax", "manufactured_home", "land_contract", "timeshare"),
    "lost_by": ("foreclosure", "short_sale", "deed_in_lieu", "tax_sale"),
    "second_lien_purpose": ("purchase", "other"),
    "contact_by": ("call", "text", "email"),
    "units": (1, 2, 3, 4),
    **dict.fromkeys(_YES_OR_NO, (True, False)),
}

TOPICS: Final = tuple(
    "deficiency_question walk_away foreclosure_status missed_payments options_question bankruptcy loan_modification "
    "forbearance short_sale deed_in_lieu refinance_or_sell second_lien_or_heloc tax_question scam_complaint servicer_complaint "
    "contact_request heir_or_estate divorce_or_cosigner reverse_mortgage hoa_or_tax_sale military wages_and_assets old_debt "
    "court_papers move_out_timing cost_of_help out_of_scope".split()
)
_CLARIFIED: Final = (
    "balance_owed home_value second_lien monthly_payment arrears sale_price amount_claimed months_behind state served_on "
    "court_date sale_date sold_on stage"
).split()
# Labels that hold or not, each by itself: topics, a crisis, "I do not know" as the answer to the open question, "none of that"
# for an amount or a count, and facts that a careful person would ask back about.
INDEPENDENT: Final[tuple[tuple[str, str], ...]] = (
    *(("topic", topic) for topic in TOPICS),
    ("crisis", "crisis"),
    ("unknown", "asked"),
    *(("zero", fact) for fact in ("second_lien", "months_behind", "arrears")),
    *(("clarify", fact) for fact in _CLARIFIED),
)

# All labels in the order of the network's output: for each choice first that nothing is said of it, then its values.
LABELS: Final[tuple[tuple[str, Value | None], ...]] = (
    *((fact, value) for fact, values in CHOICES.items() for value in (None, *values)),
    *INDEPENDENT,
)
FIRST_INDEPENDENT: Final = len(LABELS) - len(INDEPENDENT)

# Word pieces of a text that are read.
LONGEST: Final = 250
_FILES: Final = ("network.onnx", "vocabulary.model", "spans.npz")


def choice_columns() -> dict[str, slice]:
    """Where in the network's output the labels of each choice are."""
    columns: dict[str, slice] = {}
    start = 0
    for fact, values in CHOICES.items():
        columns[fact] = slice(start, start + 1 + len(values))
        start += 1 + len(values)
    return columns


def write_manifest(folder: Path) -> None:
    """Writes manifest.json (leeward.nlu.tagger.Manifest) for the files in `folder`; the last step that runs completes it."""
    manifest = {
        "roles": ROLES,
        "labels": LABELS,
        "choices": list(CHOICES),
        "longest": LONGEST,
        "sha256": {name: _digest(folder / name) for name in _FILES if (folder / name).exists()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
