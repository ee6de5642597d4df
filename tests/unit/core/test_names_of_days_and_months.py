"""Days, months and hours come from Unicode CLDR, as people in the United States write them and as a text can carry them."""

from __future__ import annotations

from datetime import date, time

import pytest

from leeward.core import formatting
from leeward.core.language import Language
from leeward.sms.segments import size

MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
DAYS: dict[Language, str] = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("es", 2)])
def test_every_month_has_its_name(language: Language, place: int) -> None:
    written = [formatting.day(date(2026, month, 1), language).split()[place] for month in range(1, 13)]
    assert written == MONTHS[language].split()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_day_of_the_week_has_its_name(language: Language) -> None:
    assert [formatting.weekday(number, language) for number in range(7)] == DAYS[language].split()


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_hour_has_a_space_that_a_text_cannot_carry(language: Language) -> None:
    assert {size(formatting.clock(time(hour, 30), language)).encoding for hour in range(24)} == {"GSM-7"}
