"""Phones, email addresses and names."""

from __future__ import annotations

from datetime import date

import pytest

from leeward.nlu.extraction import read

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "312.555.0123",
        "(312) 555-0123",
        "312 555 0123",
        "3125550123",
        "1-312-555-0123",
        "+1 312 555 0123",
        "tel 312 555 0123",
        "my cell is 312-555-0123 thanks",
        "three one two five five five oh one two three",
        "tres uno dos cinco cinco cinco cero uno dos tres",
        "312-555-0123 ext 4",
        "312/555-0123",
        "312‑555‑0123",
        "312\n555\n0123",
        "(312) 555-0123 5pm",
        "312 555 0123, after 5pm",
        "312-555-0123 9 to 5",
        "apt 3, 312 555 0123",
        "312_555_0123",
        "312·555·0123",
        "312, 555, 0123",
        "312 555 O123",
        "three one two, five five five, oh one two three",
        "three twelve triple five oh one twenty three",
        "tres doce, cinco cincuenta y cinco, cero uno veintitrés",
        "area code 312 then 555 0123",
        "312-555-0199 no wait 312-555-0123",
        "not 312-555-0199, its 312-555-0123",
        "mi número viejo era 312-555-0199 el nuevo es 312-555-0123",
        "312-555-0123 extension 12",
    ],
)
def test_a_phone_in_any_writing_is_e164(text: str) -> None:
    assert read(text, asked="phone", on=TODAY).facts.get("phone") == "+13125550123"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("312 555 01", "phone_too_short"),
        ("555-0123", "phone_too_short"),
        ("312 555 0123 99", "phone_too_long"),
        ("000 555 1234", "phone_invalid"),
        ("123 456 7890", "phone_invalid"),
        ("+52 55 1234 5678", "phone_not_us"),
    ],
)
def test_a_number_that_cannot_be_is_given_back_with_the_reason(text: str, reason: str) -> None:
    reading = read(text, asked="phone", on=TODAY)
    assert reading.rejected == (("phone", reason),)
    assert reading.facts.get("phone") is None


@pytest.mark.parametrize(
    "text",
    [
        "the bank's number is 800-555-0123",
        "my lawyer's phone is 312-555-0123",
        "el número del banco es 800-555-0123",
        "they called me from 800-555-0123",
        "they told me to call 800-555-0123",
    ],
)
def test_the_number_of_somebody_else_is_not_theirs(text: str) -> None:
    assert read(text, on=TODAY).facts.get("phone") is None


def test_a_phone_in_a_free_message_needs_words_or_groups() -> None:
    assert read("call me at 312-555-0123", on=TODAY).facts.get("phone") == "+13125550123"
    assert read("my loan number is 3125550123", on=TODAY).facts.get("phone") is None


@pytest.mark.parametrize(
    "text",
    [
        "loan # 312-555-0123",
        "account no 3125550123",
        "I owe 3125550123 dollars",
        "my number is $3125550123",
        "2026-11-23 08:59",
        "1500 1500 1500 on 1/5",
        "60632-1234",
    ],
)
def test_accounts_amounts_and_dates_are_no_phone(text: str) -> None:
    assert read(text, on=TODAY).facts.get("phone") is None


def test_the_figures_of_a_rejected_number_are_no_amounts() -> None:
    reading = read("312 555 01", asked="phone", on=TODAY)
    assert (reading.rejected, reading.amounts) == ((("phone", "phone_too_short"),), ())


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("ana.ruiz@example.com", "ana.ruiz@example.com"),
        ("it's ana_99@example.org.", "ana_99@example.org"),
        ("ana at example dot com", "ana@example.com"),
        ("“ana@example.com”", "ana@example.com"),
        ("ana @ example . com", "ana@example.com"),
        ("ana＠example.com", "ana@example.com"),
        ("ana underscore ruiz at example dot com", "ana_ruiz@example.com"),
        ("mi correo es ana guion bajo ruiz arroba example punto com", "ana_ruiz@example.com"),
        ("ana nine at example dot com", "ana9@example.com"),
        ("a n a at example dot com", "ana@example.com"),
        ("ana ruiz all one word at example dot com", "anaruiz@example.com"),
        ("not ana@example.com, ana.ruiz@example.com", "ana.ruiz@example.com"),
        ("ana@example.com sorry ana.ruiz@example.com", "ana.ruiz@example.com"),
        ("ana@yahoo.com.mx", "ana@yahoo.com.mx"),
        ("ana@mail.com", "ana@mail.com"),
        ("ana arroba example punto com", "ana@example.com"),
    ],
)
def test_email(text: str, email: str) -> None:
    assert read(text, asked="email", on=TODAY).facts.get("email") == email


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ana@example", "email_invalid"),
        ("ana@@example.com", "email_invalid"),
        ("ana.example.com", "email_no_at"),
        ("ana99", "email_no_at"),
        ("ana@example.c", "email_invalid"),
        ("ana@gmial.com", "email_typo"),
        ("ana@gmail.con", "email_typo"),
        ("ana@yahoo.co", "email_typo"),
        ("ana at hotmial dot com", "email_typo"),
        ("ana ruiz at example dot com", "email_spaces"),
    ],
)
def test_an_address_that_cannot_be_is_given_back_with_the_reason(text: str, reason: str) -> None:
    assert read(text, asked="email", on=TODAY).rejected == (("email", reason),)


def test_the_digits_of_an_email_address_are_no_phone() -> None:
    facts = read("3125550123@example.com", asked="phone", on=TODAY).facts
    assert (facts.get("phone"), facts.get("email")) == (None, "3125550123@example.com")


def test_phone_and_email_together() -> None:
    facts = read("312 555 0123 or ana@example.com", asked="phone", on=TODAY).facts
    assert (facts.get("phone"), facts.get("email")) == ("+13125550123", "ana@example.com")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("maria", "Maria", None),
        ("MARIA", "Maria", None),
        ("María de la Cruz", "María", "de la Cruz"),
        ("my name is Ana Ruiz", "Ana", "Ruiz"),
        ("soy José Pérez", "José", "Pérez"),
        ("it's bob", "Bob", None),
        ("Dr. Lee Chan", "Lee", "Chan"),
        ("mary ann smith", "Mary", "ann smith".title()),
        ("Will", "Will", None),
        ("Chase", "Chase", None),
        ("Ana, my cell is 312 555 0123", "Ana", None),
        ("me llamo Rosa Elena García López", "Rosa Elena", "García López"),
        ("García López, Rosa", "Rosa", "García López"),
        ("Ma, Andrew", "Andrew", "Ma"),
        ("Smith Jr., John", "John", "Smith Jr."),
        ("Bob, thanks", "Bob", None),
        ("Rev. John King", "John", "King"),
        ("Pastor Mike Jones", "Mike", "Jones"),
        ("Pastor", "Pastor", None),
        ("John Smith III", "John", "Smith III"),
        ('Robert "Bob" Smith', "Robert", "Smith"),
        ("Bob aka Robert Smith", "Bob", "Smith"),
        ("call me Bob", "Bob", None),
        ("me dicen Beto", "Beto", None),
        ("first name Maria last name Lopez", "Maria", "Lopez"),
        ("apellido López, nombre María", "María", "López"),
        ("name is maria lopez im in joliet", "Maria", "Lopez"),
        ("An Nguyen", "An", "Nguyen"),
        ("Anh Do", "Anh", "Do"),
        ("Sarah House", "Sarah", "House"),
        ("Will Smith", "Will", "Smith"),
        ("Jose\u0301 Lopez", "José", "Lopez"),
        ("สมชาย ใจดี", "สมชาย", "ใจดี"),
    ],
)
def test_the_answer_to_what_is_your_name(text: str, first: str, last: str | None) -> None:
    reading = read(text, asked="first_name", on=TODAY)
    assert (reading.facts.get("first_name"), reading.facts.get("last_name")) == (first, last)
    assert reading.facts.get("lender") is None


@pytest.mark.parametrize(
    ("text", "last"), [("O'Brien", "O'Brien"), ("de la cruz", "de la Cruz"), ("garcía lópez", "García López")]
)
def test_the_answer_to_what_is_your_last_name(text: str, last: str) -> None:
    assert read(text, asked="last_name", on=TODAY).facts.get("last_name") == last


@pytest.mark.parametrize(
    "text",
    [
        "why do you need that",
        "i'm scared",
        "rather not say",
        "skip",
        "what for?",
        "can i talk to a person",
        "debo 240 mil",
        "hay alguien ahí",
        "privado",
        "ya se lo dije",
        "No Thanks",
        "call me tomorrow",
        "none of your business",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert read(text, asked="first_name", on=TODAY).facts.get("first_name") is None


@pytest.mark.parametrize("text", ["this is about my house", "call me later", "soy viuda", "i'm behind", "I'm Losing it"])
def test_no_name_where_none_was_asked_or_said(text: str) -> None:
    assert read(text, on=TODAY).facts.get("first_name") is None


def test_a_name_in_a_free_message() -> None:
    facts = read("my name is mark and i owe 300k", on=TODAY).facts
    assert facts.get("first_name") == "Mark"
    assert facts.get("balance_owed") == 300_000


@pytest.mark.parametrize("text", ["mornings after 9", "en las tardes", "anytime", "after 5pm on weekdays"])
def test_the_best_time_is_kept_as_said(text: str) -> None:
    assert read(text, asked="best_time", on=TODAY).facts.get("best_time") == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("yes", True),
        ("sí", True),
        ("yes that's fine", True),
        ("yeah text is ok", True),
        ("no", False),
        ("no, my husband reads my texts", False),
        ("no, mi esposo revisa mi teléfono", False),
        ("nope", False),
    ],
)
def test_whether_it_is_safe_to_reach_them(text: str, safe: bool) -> None:
    assert read(text, asked="safe_to_contact", on=TODAY).facts.get("safe_to_contact") is safe


@pytest.mark.parametrize(
    ("text", "by"), [("text me", "text"), ("por mensaje", "text"), ("email is better", "email"), ("llámenme", "call")]
)
def test_how_to_reach_them(text: str, by: str) -> None:
    assert read(text, asked="contact_by", on=TODAY).facts.get("contact_by") == by


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("María José Hernández López", "María José", "Hernández López"),
        ("jose luis perez", "Jose Luis", "Perez"),
        ("Juan Carlos de la Cruz", "Juan Carlos", "de la Cruz"),
        ("Ana Medina Ruiz", "Ana", "Medina Ruiz"),
        ("Maria de la Cruz", "Maria", "de la Cruz"),
        ("Ann Lee", "Ann", "Lee"),
    ],
)
def test_two_given_names_stay_together(said: str, first: str, last: str) -> None:
    facts = read(said, asked="first_name", on=TODAY).facts
    assert (facts.get("first_name"), facts.get("last_name")) == (first, last)


@pytest.mark.parametrize("said", ["ok nevermind", "hmmm", "wait", "never mind", "mejor no", "whatever"])
def test_second_thoughts_are_no_name(said: str) -> None:
    facts = read(said, asked="first_name", on=TODAY).facts
    assert facts.get("first_name") is None


def test_a_name_beside_a_number_is_taken_when_it_is_called_one() -> None:
    facts = read("call me at 559-555-0123, my name is Bob Ortiz", asked="last_name", on=TODAY).facts
    assert (facts.get("first_name"), facts.get("last_name"), facts.get("phone")) == ("Bob", "Ortiz", "+15595550123")
    unasked = read("my name is Bob Ortiz, 559-555-0123", asked="phone", on=TODAY).facts
    assert unasked.get("first_name") == "Bob"
