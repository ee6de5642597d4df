"""The desk: who gets in, what comes first, and what a case shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from factories import consent, save_facts

from leeward.assessment.deficiency import estimate
from leeward.assessment.serialization import estimate_to_json
from leeward.core.facts import Facts
from leeward.desk import presenters, views
from leeward.records import selectors, web_links
from leeward.records.models import AuditEvent, Case
from leeward.records.services import cases, contacts, conversations, messages

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def staff(client: Client) -> Client:
    get_user_model().objects.create_user("alice", password=PASSWORD, is_staff=True)
    assert client.login(username="alice", password=PASSWORD)
    return client


def open_case(tier: int, words: str = "hello", reason: str = "") -> Case:
    conversation = conversations.conversation_start(channel="web", language="en")
    message, _ = messages.message_receive(conversation_id=conversation.id, key="m1", text=words, kind="text", language=None)
    messages.message_answer(message_id=message.id, replies=[messages.Reply("Which state?")])
    facts = Facts().learn("state", "IL", "m1").learn("balance_owed", Decimal(310_000), "m1").learn("first_name", "Ana", "m1")
    save_facts(conversation.id, facts, crisis=tier == 0)
    contacts.contact_save(conversation_id=conversation.id, facts=facts)
    triage = {"tier": tier, "label": f"label {tier}", "reasons": [{"words": reason}], "clocks": [], "act_by": None}
    return cases.case_open(conversation_id=conversation.id, triage=triage)


@pytest.mark.parametrize("path", ["/", "/law-map.svg", "/cases/ABC123/", "/cases/ABC123/status/", "/cases/ABC123/end-access/"])
def test_nobody_gets_in_without_logging_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_who_logs_in_is_kept_on_record(client: Client) -> None:
    get_user_model().objects.create_user("alice", password=PASSWORD, is_staff=True)
    assert client.post("/login/", {"username": "alice", "password": "wrong"}).status_code == 200
    assert not AuditEvent.objects.exists()
    assert client.post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 302
    assert AuditEvent.objects.get(action="login").user.get_username() == "alice"


def test_no_script_can_read_the_cookie_that_keeps_someone_logged_in(client: Client) -> None:
    get_user_model().objects.create_user("alice", password=PASSWORD, is_staff=True)
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    assert client.cookies["sessionid"]["httponly"] is True


def test_no_other_site_can_post_in_the_name_of_staff() -> None:
    case = open_case(2)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(get_user_model().objects.create_user("alice", is_staff=True))
    assert browser.post(f"/cases/{case.number}/status/", {"status": "called"}).status_code == 403
    assert Case.objects.get(pk=case.pk).status == "new"
    token = browser.get(f"/cases/{case.number}/").context["csrf_token"]
    own = {"status": "called", "csrfmiddlewaretoken": str(token)}
    assert browser.post(f"/cases/{case.number}/status/", own).status_code == 302
    assert Case.objects.get(pk=case.pk).status == "called"


def test_someone_who_is_no_staff_does_not_get_in(client: Client) -> None:
    get_user_model().objects.create_user("bob", password=PASSWORD)
    client.login(username="bob", password=PASSWORD)
    assert client.get("/").status_code == 302


def test_the_most_urgent_case_comes_first_and_closed_ones_last(staff: Client) -> None:
    routine, urgent, closed = open_case(4), open_case(0), open_case(0)
    cases.case_set_status(case=closed, status="closed")
    page = staff.get("/").content.decode()
    assert page.index(urgent.number) < page.index(routine.number) < page.index(closed.number)


def test_of_the_most_urgent_cases_a_cry_for_help_comes_first_then_danger_then_the_nearest_date(staff: Client) -> None:
    today = date(2026, 12, 1)
    sold_soon, danger, crisis = open_case(2), open_case(2), open_case(2)
    sale = Facts().learn("state", "IL").learn("stage", "sale_set").learn("sale_date", date(2026, 12, 2))
    save_facts(sold_soon.conversation_id, sale)
    save_facts(danger.conversation_id, Facts(), danger=True)
    save_facts(crisis.conversation_id, Facts(), crisis=True)
    queue = selectors.cases_by_urgency(on=today)
    assert [case.tier for case in queue] == [0, 0, 0]
    assert [case.number for case in queue] == [crisis.number, danger.number, sold_soon.number]


def test_someone_who_agreed_but_whose_phone_is_not_safe_is_marked_in_the_queue_and_cannot_be_called_by_a_click(
    staff: Client,
) -> None:
    case = open_case(2)
    facts = Facts().learn("phone", "+13125550142").learn("safe_to_contact", False)
    contacts.contact_save(conversation_id=case.conversation_id, facts=facts)
    consent(case.conversation_id, given=True)
    assert selectors.may_contact(Case.objects.get(pk=case.pk)) == "not safe"
    assert "May contact: not safe" in staff.get("/").content.decode()
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "tel:" not in page
    assert "They agreed to be contacted" not in page


def test_someone_whose_phone_is_not_safe_and_who_agreed_to_email_is_written_to_and_not_called(staff: Client) -> None:
    case = open_case(2)
    facts = Facts().learn("phone", "+13125550142").learn("safe_to_contact", False).learn("email", "ana@example.com")
    contacts.contact_save(conversation_id=case.conversation_id, facts=facts)
    consent(case.conversation_id, way="ana@example.com")
    assert selectors.may_contact(Case.objects.get(pk=case.pk)) == "yes"
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "They agreed to be contacted by a person at <strong>ana@example.com</strong>, and nowhere else." in page
    assert "not safe" in page
    assert "tel:" not in page


def test_a_number_that_took_the_place_of_one_with_consent_has_none(staff: Client) -> None:
    case = open_case(2)
    contacts.contact_save(conversation_id=case.conversation_id, facts=Facts().learn("phone", "+13125550142"))
    consent(case.conversation_id)
    assert selectors.may_contact(Case.objects.get(pk=case.pk)) == "yes"
    contacts.contact_save(conversation_id=case.conversation_id, facts=Facts().learn("phone", "+13125550199"))
    assert selectors.may_contact(Case.objects.get(pk=case.pk)) == "not asked"
    assert "tel:" not in staff.get(f"/cases/{case.number}/").content.decode()


def test_every_column_of_the_list_is_in_the_queue_too(staff: Client) -> None:
    case = open_case(2)
    row = presenters.queue_row(selectors.cases_by_urgency(on=date(2026, 12, 1))[0])
    assert set(selectors.CASE_ROW_FIELDS) <= set(row)
    assert (row["case"], row["name"], row["state"]) == (case.number, "Ana", "IL")


def test_a_case_shows_facts_with_the_message_they_came_from_and_the_transcript(staff: Client) -> None:
    case = open_case(2, words="I owe 310k in Joliet", reason="Asked to talk to a person.")
    page = staff.get(f"/cases/{case.number}/").content.decode()
    told = ["$310,000", 'href="#m1"', "I owe 310k in Joliet", "Which state?", "Asked to talk to a person."]
    for shown in (*told, "not said yet whether we may contact them"):
        assert shown in page


def test_what_a_person_wrote_is_shown_as_text(staff: Client) -> None:
    case = open_case(2, words="<script>alert(1)</script>")
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_reading_a_case_is_kept_on_record(staff: Client) -> None:
    case = open_case(2)
    staff.get(f"/cases/{case.number}/")
    event = AuditEvent.objects.get(action="case.read")
    assert (event.object, event.user.get_username()) == (case.number, "alice")


@pytest.mark.parametrize("number", ["NOPE", "%00", "%ED%A0%80", "A" * 500, "../admin"])
def test_a_case_that_is_not_there_is_404(staff: Client, number: str) -> None:
    assert staff.get(f"/cases/{number}/").status_code == 404


def test_staff_end_the_links_of_a_person_and_that_is_kept_on_record(staff: Client) -> None:
    case = open_case(2)
    code = web_links.link_make(conversation_id=case.conversation_id)
    answer = staff.post(f"/cases/{case.number}/end-access/", follow=True)
    assert "Their links are ended." in answer.content.decode()
    opens = conversations.conversation_access(conversation_id=case.conversation_id, epoch=0)
    assert opens is conversations.Access.ENDED
    with pytest.raises(web_links.LinkSpent):
        web_links.link_use(code=code)
    event = AuditEvent.objects.get(action="case.end_access")
    assert (event.object, event.user.get_username()) == (case.number, "alice")


def test_links_are_not_ended_by_looking(staff: Client) -> None:
    case = open_case(2)
    assert staff.get(f"/cases/{case.number}/end-access/").status_code == 405
    opens = conversations.conversation_access(conversation_id=case.conversation_id, epoch=0)
    assert opens is conversations.Access.OPEN


def test_a_status_is_changed_by_post_and_kept_on_record(staff: Client) -> None:
    case = open_case(2)
    staff.post(f"/cases/{case.number}/status/", {"status": "called"})
    assert Case.objects.get(pk=case.pk).status == "called"
    assert AuditEvent.objects.filter(action="case.status.called", object=case.number).exists()
    assert staff.post(f"/cases/{case.number}/status/", {"status": "nonsense"}).status_code == 400


def test_too_many_wrong_passwords_have_to_wait(client: Client) -> None:
    get_user_model().objects.create_user("carol", password=PASSWORD, is_staff=True)
    codes = [client.post("/login/", {"username": "carol", "password": "wrong"}).status_code for _ in range(12)]
    assert codes[0] == 200
    assert codes[-1] == 429


def tries(name: str, *networks: str) -> list[bool]:
    """Whether each try to log in under a name, from these networks one after the other, is let through to the password."""
    return [views._may_try_to_log_in(name, network) for network in networks]


def test_who_guesses_at_a_colleagues_password_does_not_lock_them_out(client: Client) -> None:
    get_user_model().objects.create_user("carol", password=PASSWORD, is_staff=True)
    assert tries("carol", *["203.0.113.7"] * 12)[-1] is False
    right = {"username": "carol", "password": PASSWORD}
    assert client.post("/login/", right, REMOTE_ADDR="203.0.113.7").status_code == 429
    assert client.post("/login/", right, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_one_password_tried_on_many_names_has_to_wait(client: Client) -> None:
    site, elsewhere = "2001:db8::/64", "203.0.113.7"
    assert [views._may_try_to_log_in(f"user{number}", site) for number in range(60)][-1] is False
    assert client.post("/login/", {"username": "x", "password": "x"}, REMOTE_ADDR="2001:db8::9").status_code == 429
    assert tries("dave", elsewhere) == [True]


def test_one_name_guessed_at_from_everywhere_has_to_wait_in_the_end() -> None:
    found = tries("carol", *(f"198.51.100.{number}" for number in range(120)))
    assert (found[50], found[-1]) == (True, False)
    assert tries("dave", "198.51.100.1") == [True]


@pytest.mark.parametrize("name", ["a\x00b", "ß" * 60, "'; drop table x;--", "x" * 5_000, "\u202e"])
def test_whatever_is_typed_for_a_name_is_a_wrong_one(client: Client, name: str) -> None:
    assert client.post("/login/", {"username": name, "password": "wrong"}).status_code == 200


def test_there_is_no_second_login_without_the_limit(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "staff", "password": "guess"})
    assert (answer.status_code, answer["Location"]) == (302, "/login/")


def test_every_answer_carries_a_strict_policy_and_a_request_id(client: Client) -> None:
    answer = client.get("/login/")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Request-ID"]


def test_the_estimates_reasons_are_told_with_their_citations(staff: Client) -> None:
    case = open_case(2)
    facts = Facts().learn("state", "IL").learn("balance_owed", Decimal(600_000)).learn("home_value", Decimal(450_000))
    save_facts(case.conversation_id, facts, estimate=estimate_to_json(estimate(facts, on=date(2026, 11, 23))))
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "the law here lets the lender ask you to pay the rest" in page
    assert "735 ILCS 5/15-1508(e)" in page


def test_a_refusal_stands_where_the_number_stands(staff: Client) -> None:
    case = open_case(2)
    facts = Facts().learn("phone", "+13125550142").learn("safe_to_contact", True)
    contacts.contact_save(conversation_id=case.conversation_id, facts=facts)
    consent(case.conversation_id, given=True)
    assert "They agreed to be contacted" in staff.get(f"/cases/{case.number}/").content.decode()
    consent(case.conversation_id, given=False)
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "Do not call or write." in page
    assert "tel:" not in page
    assert "May contact: no" in staff.get("/").content.decode()


def test_a_closed_case_whose_urgency_rises_is_new_again(staff: Client) -> None:
    case = open_case(4)
    cases.case_set_status(case=case, status="closed")
    cases.case_open(conversation_id=case.conversation_id, triage={"tier": 0, "reasons": [], "act_by": None})
    assert Case.objects.get(pk=case.pk).status == "new"


def test_urgency_is_as_of_today_and_not_of_the_day_someone_wrote(staff: Client) -> None:
    case = open_case(2)
    facts = Facts().learn("state", "IL").learn("stage", "sale_set").learn("sale_date", date(2026, 12, 20))
    save_facts(case.conversation_id, facts)
    tiers = [selectors.cases_by_urgency(on=on)[0].tier for on in (date(2026, 12, 1), date(2026, 12, 19))]
    assert tiers == [1, 0]


def test_the_map_of_the_law_is_one_click_from_the_queue(staff: Client) -> None:
    assert b'href="/law-map.svg"' in staff.get("/").content
    answer = staff.get("/law-map.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<title>Illinois:" in answer.content


@pytest.mark.parametrize(
    ("fact", "stored"),
    [
        ("sale_date", "2026-13-45"),
        ("sale_date", 7),
        ("balance_owed", "NaN"),
        ("balance_owed", {"min": 5}),
        ("balance_owed", {"min": 9, "max": 1}),
        ("months_behind", True),
        ("state", ["IL"]),
    ],
)
def test_one_case_whose_facts_cannot_be_read_breaks_neither_the_queue_nor_its_own_page(
    staff: Client, fact: str, stored: object
) -> None:
    broken, whole = open_case(1), open_case(2)
    conversation = broken.conversation
    conversation.facts = {**conversation.facts, fact: stored}
    conversation.save(update_fields=["facts"])
    queue = staff.get("/").content.decode()
    assert broken.number in queue
    assert whole.number in queue
    assert "could not be read" in queue
    page = staff.get(f"/cases/{broken.number}/")
    assert page.status_code == 200
    assert "could not be read" in page.content.decode()


def test_a_message_that_the_program_could_not_work_with_is_shown_in_the_queue_and_where_it_stands(staff: Client) -> None:
    case = open_case(2)
    assert "could not work with" not in staff.get("/").content.decode()
    case.conversation.messages.create(n=99, direction="in", kind="text", text="odd words", status="set_aside")
    assert "could not work with one of their messages" in staff.get("/").content.decode()
    assert "the program could not work with it" in staff.get(f"/cases/{case.number}/").content.decode()


def test_a_case_whose_facts_cannot_be_read_is_never_less_urgent_than_it_was_stored() -> None:
    case = open_case(0)
    case.conversation.facts = {"sale_date": "2026-13-45"}
    case.conversation.save(update_fields=["facts"])
    assert [row.tier for row in selectors.cases_by_urgency(on=date(2026, 12, 1))] == [0]
