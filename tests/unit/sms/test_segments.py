"""What a text costs: its encoding and its segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.sms.segments import size, to_gsm7


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("Reply 1 Yes, 2 No", "GSM-7", 17, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),  # two septets each
        ("¿Dónde está la casa?", "UCS-2", 20, 1),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("😀", "UCS-2", 2, 1),
    ],
)
def test_a_text_is_counted_as_the_network_counts_it(text: str, encoding: str, units: int, segments: int) -> None:
    measured = size(text)
    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)


def test_spanish_is_written_with_the_letters_that_gsm_has() -> None:
    assert to_gsm7("¿Dónde está la casa, señora Núñez? Pagó $1,000…") == "¿Donde esta la casa, señora Nuñez? Pago $1,000..."
    assert size(to_gsm7("¡Sí! ¿Qué más, señor Pérez? Él también pagará “mañana”.")).encoding == "GSM-7"


def test_what_gsm_cannot_say_is_kept_as_it_is() -> None:
    assert to_gsm7("Zoë Şahin 王") == "Zoë Şahin 王"


@given(st.text(max_size=400))
def test_no_text_is_too_strange_to_be_measured(text: str) -> None:
    try:
        text.encode("utf-16-be")
    except UnicodeEncodeError:
        return  # half a character cannot come from a phone
    assert size(to_gsm7(text)).segments >= 1
