"""The text channel against a Twilio of this machine: what is taken, what is sent, and what happens when things go wrong."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from django.db.models import Min, QuerySet
from harness import Person, Stack, Texter, leeward, until
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from leeward.devtools.fake_twilio import ACCOUNT, NUMBER, FakeTwilio, new_sid
from leeward.records.models import ConsentRecord, Conversation, Message, OptOut, OutboundSms

# A text that waits for another try is tried after one second, then five.
RETRY_SECONDS = 120.0
WHOLE_RUSH_SECONDS = 600.0
WAITS = "Your message is saved and I will answer it."


@pytest.fixture
def texter(stack: Stack) -> Texter:
    return Texter(stack)


def fields(texter: Texter, body: str, sid: str | None = None) -> dict[str, str]:
    return {
        "MessageSid": sid or new_sid(),
        "AccountSid": ACCOUNT,
        "From": texter.number,
        "To": NUMBER,
        "Body": body,
        "NumMedia": "0",
    }


def conversation(texter: Texter) -> str:
    return str(texter.row(conversations(texter).values_list("pk"))[0])


def conversations(texter: Texter) -> QuerySet[Conversation]:
    return Conversation.objects.filter(text_number=texter.number)


def texts(texter: Texter) -> QuerySet[OutboundSms]:
    return OutboundSms.objects.filter(to=texter.number).order_by("pk")


def stop_words(texter: Texter) -> list[str]:
    return [words for (words,) in texter.rows(OptOut.objects.filter(phone=texter.number).values_list("words"))]


def statuses(texter: Texter) -> list[str]:
    return [status for (status,) in texter.rows(texts(texter).values_list("status"))]


def texter_has_tried(texter: Texter) -> bool:
    return texter.count(texts(texter).filter(tries__gt=0)) > 0


# ------------------------------------------------------------------ who may speak


def test_what_twilio_did_not_sign_is_refused_and_leaves_no_trace(stack: Stack, texter: Texter) -> None:
    url = f"{stack.chat}/sms/twilio"
    good = fields(texter, "hi")
    forged = {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"}
    assert httpx.post(url, data=good).status_code == 403
    assert httpx.post(url, data=good, headers=forged).status_code == 403
    assert httpx.post(f"{stack.chat}/sms/status?text=1", data={"MessageStatus": "failed"}).status_code == 403
    assert texter.count(conversations(texter)) == 0


def test_a_signature_fits_only_the_words_and_the_address_it_was_made_for(stack: Stack, texter: Texter) -> None:
    url = f"{stack.chat}/sms/twilio"
    signed = fields(texter, "I owe 310k")
    signature = stack.twilio.post(url, signed).request.headers["X-Twilio-Signature"]
    other_words = httpx.post(url, data={**signed, "Body": "I owe 1"}, headers={"X-Twilio-Signature": signature})
    other_address = httpx.post(f"{url}?x=1", data=signed, headers={"X-Twilio-Signature": signature})
    assert (other_words.status_code, other_address.status_code) == (403, 403)


def test_empty_fields_are_part_of_what_is_signed(stack: Stack, texter: Texter) -> None:
    answer = stack.twilio.post(f"{stack.chat}/sms/twilio", {**fields(texter, "hi"), "FromCity": "", "ToZip": ""})
    assert answer.status_code == 200
    assert "<Response>" in answer.text


# ------------------------------------------------------------------ the conversation


def test_the_first_reply_says_who_writes_and_how_to_stop(texter: Texter) -> None:
    first = texter.says("I owe 310k on my house in Joliet, worth 265k")
    for words in ("automated assistant", "not a lawyer", "msg & data rates may apply", "STOP", "HELP"):
        assert words in first
    assert "$45,000" in first
    assert "STOP to end, HELP" not in texter.says("I've missed payments")


def test_the_first_text_in_spanish_is_answered_in_spanish(texter: Texter) -> None:
    first = texter.says("Debo 200 mil y mi casa vale 150 mil, en Chicago")
    assert "asistente automatico" in first
    assert "$50,000" in first
    assert texter.state["language"] == "es"


def test_choices_are_taken_by_number_and_by_word(texter: Texter) -> None:
    texter.says("I owe 310k in Joliet, worth 265k")
    assert "Reply 1 I'm up to date, 2 I've missed payments" in texter.text
    texter.says("2")
    assert texter.state["facts"]["stage"] == "behind"
    texter.says("no other loan")
    assert texter.state["facts"]["second_lien"] == 0


def test_the_number_texted_from_can_be_the_number_to_call(texter: Texter) -> None:
    for words in ("hi", "person", "no", "Ann Lee"):
        texter.says(words)
    assert texter.asked == "phone"
    texter.says("1")
    assert texter.state["facts"]["phone"] == texter.number


def test_consent_is_kept_with_the_words_sent_and_received(texter: Texter) -> None:
    for words in ("hi", "person", "no", "Ann Lee", "this one", "yes"):
        texter.says(words)
    assert texter.asked == "consent_contact"
    sent = texter.text.splitlines()[0]
    texter.says("Yes, I agree")
    consents = ConsentRecord.objects.filter(conversation_ref=conversation(texter))
    kept = texter.row(consents.values_list("text", "words", "channel", "way", "given"))
    assert kept == (sent, "Yes, I agree", "sms", texter.number, 1)


@pytest.mark.parametrize("words", ["/affirm", '/inform{"balance_owed": 1}', "/restart", "/session_start"])
def test_a_slash_is_text(texter: Texter, words: str) -> None:
    texter.says("hi")
    texter.says(words)
    assert "balance_owed" not in texter.state["facts"]
    assert texter.texts


def test_a_picture_is_answered_kindly_and_the_question_stays(stack: Stack, texter: Texter) -> None:
    texter.says("I owe 310k")
    asked = texter.asked
    said = texter.phone.says("", media=1)
    assert "can't see pictures" in said[0]
    assert texter.asked == asked
    both = texter.phone.says("Chicago", media=2)
    assert "can't see pictures" in both[0]
    assert texter.state["facts"]["state"] == "IL"


def test_a_cry_for_help_is_answered_with_988(texter: Texter) -> None:
    assert "988" in texter.says("I don't want to live anymore")
    assert texter.state["case"]
    assert texter.row(texts(texter).values_list("kind")) == ("safety",)


def test_a_first_text_that_cries_for_help_hears_988_before_anything_else(texter: Texter) -> None:
    texter.says("i cant take it anymore i want to die")
    assert "988" in texter.texts[0]
    assert "automated assistant" in texter.text


def test_help_first_and_who_writes_is_still_said_before_the_conversation(texter: Texter) -> None:
    texter.says("HELP")
    assert "not a person and not a lawyer" in texter.says("I owe 310k in Joliet")


def test_a_phone_that_others_read_is_told_how_to_go_on_safely_and_repeats_nothing(texter: Texter) -> None:
    for words in ("I owe 310k in Joliet, worth 265k", "person", "no", "Ann Lee", "this one"):
        texter.says(words)
    assert texter.asked == "safe_to_contact"
    assert "delete these texts" in texter.says("no, my husband reads it")
    texter.says("skip")
    assert "what our staff will see" not in texter.text
    assert "delete these texts" not in texter.text


def test_a_phone_that_others_read_gets_no_link_to_all_that_was_told_and_no_summary(texter: Texter) -> None:
    for words in ("I owe 310k in Joliet, worth 265k", "person", "no", "Ann Lee", "this one", "no, my husband reads it"):
        texter.says(words)
    for words in ("WEB", "what did I tell you"):
        answer = texter.says(words)
        assert "/c/" not in answer
        assert "310" not in answer
        assert "delete these texts" in answer


def test_danger_at_home_hears_the_hotline_first(texter: Texter) -> None:
    texter.says("my husband hits me and wont let me sell the house")
    assert "800-799-7233" in texter.texts[0]
    assert "delete these texts" in texter.text
    assert "automated assistant" in texter.text


def test_what_was_deleted_is_gone_and_the_number_with_it(texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    texter.says("delete everything I told you")
    texter.says("yes")
    assert "deleted" in texter.text
    until(lambda: texter.count(texts(texter).filter(body__contains="310")) == 0)
    assert texter.count(conversations(texter)) == 0


def test_another_person_at_the_phone_starts_anew(texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    assert "automated assistant" in texter.says("NEW")
    assert "310" not in texter.says("summary")
    assert "balance_owed" not in texter.state["facts"]


# ------------------------------------------------------------------ stopping


@pytest.mark.parametrize("words", ["STOP", "please quit texting me", "ya no me manden mensajes", "wrong number"])
def test_stop_is_confirmed_once_and_then_there_is_silence(texter: Texter, words: str) -> None:
    texter.says("hi")
    stopped = texter.says(words)
    assert "START" in stopped
    assert len(texter.texts) == 1
    assert texter.says("what about my house") == ""
    assert texter.says(words) == ""
    assert stop_words(texter)[0] == words


def test_start_takes_the_thread_up_again(texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    texter.says("stop")
    assert "you're back" in texter.says("START")
    texter.says("265k")
    assert texter.state["facts"]["home_value"] == 265_000


def test_a_life_in_danger_is_answered_even_after_a_stop(texter: Texter) -> None:
    texter.says("hi")
    texter.says("stop")
    assert "988" in texter.says("I want to kill myself")
    assert texter.says("hello?") == ""


def test_a_stop_that_is_also_a_cry_for_help_is_both(texter: Texter) -> None:
    texter.says("hi")
    assert "988" in texter.says("stop texting me. I am going to kill myself tonight")
    assert len(stop_words(texter)) == 1
    assert texter.says("hello?") == ""


def test_help_names_the_firm_and_keeps_the_question(texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    helped = texter.says("HELP")
    assert "Atlas Consumer Law" in helped
    assert "(312) 313-1613" in helped
    texter.says("265k")
    assert texter.state["facts"]["home_value"] == 265_000


def test_a_stop_by_text_stops_the_web_and_the_desk_too(stack: Stack) -> None:
    texter = Texter(stack)
    person = Person(stack)
    person.open()
    for words in ("I want to talk to a person", "no", "Ann Lee", texter.number, "yes", "yes"):
        person.says(words)
    number = person.state["case"]
    texter.says("STOP")
    case = json.loads(stack.run("-m", "leeward", "cases", "show", number, "--json"))
    assert (case["may_contact"], case["may_text"]) == ("no", "opted_out")


def test_after_very_many_texts_a_person_hears_once_to_wait_and_still_gets_help(texter: Texter) -> None:
    """40 at once and one a minute: more is a machine that answers our answers, or someone in a panic."""
    sids = [new_sid() for _ in range(60)]
    for number, sid in enumerate(sids):
        texter.phone.twilio.text(texter.phone.url, texter.number, f"hi {number}", sid=sid)
    until(lambda: all(texter.is_settled(sid) for sid in sids), WHOLE_RUSH_SECONDS)
    heard = texter.phone.received()
    assert len([text for text in heard if "a lot of texts in a short time" in text]) == 1
    left_to_staff = Message.objects.filter(conversation=conversation(texter), direction="in", replies=None)
    # How many depends on how fast they were read.
    assert 0 < texter.count(left_to_staff) < len(sids) - 40
    assert "988" in texter.says("I want to kill myself")
    assert "START" in texter.says("STOP")


# ------------------------------------------------------------------ order, repetition, trouble


def test_the_same_text_delivered_twice_is_taken_once(stack: Stack, texter: Texter) -> None:
    sid = new_sid()
    texter.phone.says("I owe 310k in Joliet", sid=sid)
    assert stack.twilio.text(stack.chat, texter.number, "I owe 310k in Joliet", sid=sid).status_code == 200
    texter.says("265k")
    received = stack.twilio.to(texter.number)
    assert len(received) == len(set(received))
    assert texter.count(Message.objects.filter(key=sid)) == 1


def test_many_deliveries_of_one_text_at_the_same_moment_are_one(stack: Stack, texter: Texter) -> None:
    sid = new_sid()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: stack.twilio.text(stack.chat, texter.number, "hi", sid=sid).status_code, range(8)))
    assert codes == [200] * 8
    assert texter.count(Message.objects.filter(key=sid)) == 1


def test_texts_in_a_row_are_answered_in_their_order(stack: Stack, texter: Texter) -> None:
    for words in ("I owe 310k", "Joliet", "house is worth 265k"):
        stack.twilio.text(stack.chat, texter.number, words)
    texter.says("I've missed payments")
    asked = texter.rows(
        Message.objects.filter(conversation=conversation(texter), replies__direction="out")
        .annotate(answered=Min("replies__n"))
        .order_by("answered")
        .values_list("text")
    )
    assert [row[0] for row in asked] == ["I owe 310k", "Joliet", "house is worth 265k", "I've missed payments"]
    facts = texter.state["facts"]
    assert (facts["balance_owed"], facts["state"], facts["home_value"], facts["stage"]) == (310_000, "IL", 265_000, "behind")


@pytest.mark.parametrize("trouble", ["server", "busy", "lost", "locked", "garbled"])
def test_a_text_gets_through_a_failing_twilio_once(stack: Stack, texter: Texter, trouble: str) -> None:
    stack.twilio.troubles.append(trouble)
    texter.says("hi")
    assert not stack.twilio.troubles
    received = stack.twilio.to(texter.number)
    assert len(received) == len(set(received)) == 2
    assert received[0].startswith("Atlas Consumer Law")


def test_a_slow_twilio_holds_up_no_other_number(stack: Stack, texter: Texter) -> None:
    slow = Texter(stack)
    stack.twilio.held.add(slow.number)
    stack.twilio.text(stack.chat, slow.number, "hi")
    until(lambda: "sending" in statuses(slow))
    assert texter.says("hi")
    assert stack.twilio.to(slow.number) == []
    stack.twilio.let_go()
    assert stack.twilio.wait_for(slow.number, 2, RETRY_SECONDS)


def test_a_number_that_opted_out_at_twilio_is_known_here_from_then_on(stack: Stack, texter: Texter) -> None:
    stack.twilio.troubles.append("opted_out")
    texter.says("hi")
    assert statuses(texter)[0] == "failed"
    assert stop_words(texter)[0] == "opted out at Twilio"
    assert stack.twilio.to(texter.number) == []


def test_delivery_reports_reach_the_record(stack: Stack, texter: Texter) -> None:
    texter.says("hi")
    until(lambda: set(statuses(texter)) == {"delivered"})
    sids = [sid for (sid,) in texter.rows(texts(texter).values_list("sid"))]
    assert sids == [message["sid"] for message in stack.twilio.sent if message["to"] == texter.number]


def test_neither_numbers_nor_words_reach_a_log_even_when_sending_fails(stack: Stack, texter: Texter) -> None:
    stack.twilio.troubles.extend(["server", "bad_number"])
    texter.says("my name is Quetzalcoatl Featherstone")
    logs = "".join(path.read_text(encoding="utf-8", errors="replace") for path in (stack.var / "log").glob("*.log"))
    assert "not sent" in logs
    assert "refused by Twilio: 21211" in logs
    assert "Featherstone" not in logs
    assert texter.number.removeprefix("+1") not in logs


def test_with_the_action_server_gone_a_text_waits_and_is_answered_after(stack: Stack, texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    stack.kill_actions()
    sid = new_sid()
    assert stack.twilio.text(stack.chat, texter.number, "265k", sid=sid).status_code == 200
    message = Message.objects.filter(key=sid)
    until(lambda: texter.row(message.values_list("retry_at"))[0] is not None)
    with stack.actions_again():
        until(lambda: texter.row(message.values_list("status")) == ("answered",), RETRY_SECONDS)
    assert texter.state["facts"]["home_value"] == 265_000
    until(lambda: any("$45,000" in text for text in stack.twilio.to(texter.number)))


def test_after_a_power_cut_each_text_arrives_once(stack: Stack) -> None:
    waiting, lost = Texter(stack), Texter(stack)
    # One text has reached Twilio without our hearing so, another has not left yet.
    stack.twilio.troubles.append("lost")
    stack.twilio.text(stack.chat, lost.number, "hi")
    assert stack.twilio.wait_for(lost.number, 1, RETRY_SECONDS)
    stack.twilio.down = True
    stack.twilio.text(stack.chat, waiting.number, "hi")
    until(lambda: texter_has_tried(waiting))
    stack.kill_assistant()
    stack.twilio.down = False
    stack.start_assistant()
    for texter in (waiting, lost):
        assert stack.twilio.wait_for(texter.number, 2, RETRY_SECONDS)
        until(lambda texter=texter: not {"waiting", "sending"} & set(statuses(texter)))
        received = stack.twilio.to(texter.number)
        assert len(received) == len(set(received)) == 2
        assert received[0].startswith("Atlas Consumer Law")


def test_two_hundred_numbers_at_once_each_get_their_own_answer(stack: Stack) -> None:
    amounts = {f"+1312777{number:04}": 100_000 + 1_000 * number for number in range(200)}

    def send(number: str) -> str:
        sid = new_sid()
        words = f"I owe {amounts[number]} in Joliet, worth ${amounts[number] - 50_123}"
        assert stack.twilio.text(stack.chat, number, words, sid=sid).status_code == 200
        return sid

    with ThreadPoolExecutor(50) as pool:
        sids = dict(zip(amounts, pool.map(send, amounts), strict=True))
    for number, amount in amounts.items():
        texter = Texter(stack, number=number)
        until(lambda texter=texter, sid=sids[number]: texter.is_settled(sid), WHOLE_RUSH_SECONDS)
        received = stack.twilio.to(number)
        answer = [text for text in received if WAITS not in text]
        assert texter.state["facts"]["balance_owed"] == amount
        assert len(answer) == len(set(answer)) == len(received) - (WAITS in received[0])
        assert "$50,123" in " ".join(answer)
        assert not [other for other in amounts.values() if other != amount and f"{other:,}" in " ".join(answer)]


def test_staff_have_the_word_after_they_texted(stack: Stack, texter: Texter) -> None:
    person = Person(stack)
    person.open()
    for words in ("I want to talk to a person", "no", "Ann Lee", texter.number, "yes", "yes"):
        person.says(words)
    staff = (
        "from leeward import records; records.setup()\n"
        "from leeward.records import staff_texts; from leeward.records.models import Case\n"
        f"case = Case.objects.get(number='{person.state['case']}')\n"
        "staff_texts.staff_text(case=case, body='Can you talk?', bodies=['Can you talk?'])"
    )
    stack.run("-c", staff)
    until(lambda: stack.twilio.to(texter.number) or "waiting" in statuses(texter))
    assert texter.phone.says("yes at 3") in ([], ["Can you talk?"])
    newest_first = Message.objects.filter(conversation=conversation(texter)).order_by("-n")
    said = texter.rows(newest_first.values_list("text")[:2])
    assert said == [("yes at 3",), ("Can you talk?",)]
    assert "988" in texter.says("I want to kill myself")


# ------------------------------------------------------------------ going on elsewhere


def test_a_link_goes_on_on_the_web_once(stack: Stack, texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    found = re.search(r"(http://\S+/c/)([\w-]+)", texter.says("web"))
    assert found
    assert httpx.get(found[1] + found[2]).status_code == 200  # a preview of the link spends nothing
    opened = httpx.post(f"{stack.chat}/chat/continue", json={"code": found[2]})
    assert opened.status_code == 200
    headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    body = {"id": "0000000000000001", "text": "265k"}
    answer = httpx.post(f"{stack.chat}/chat/messages", json=body, headers=headers, timeout=30)
    assert "$45,000" in answer.text
    assert httpx.post(f"{stack.chat}/chat/continue", json={"code": found[2]}).status_code == 410
    # And back again by text.
    texter.says("I've missed payments")
    assert texter.state["facts"]["stage"] == "behind"


def test_one_reminder_is_agreed_to_in_words(texter: Texter) -> None:
    texter.says("I owe 310k in Joliet")
    assert "one reminder tomorrow" in texter.says("remind me tomorrow")
    consents = ConsentRecord.objects.filter(conversation_ref=conversation(texter))
    kept = texter.row(consents.values_list("kind", "words", "given"))
    assert kept == ("reminder", "remind me tomorrow", 1)
    assert texter.asked == "home_value"


def test_the_reminder_is_put_into_the_outbox_by_itself_and_only_one(stack: Stack, texter: Texter) -> None:
    silent = Texter(stack)
    for someone in (texter, silent):
        someone.says("I owe 310k in Joliet")
    texter.says("remind me tomorrow")
    yesterday = (
        "from leeward import records; records.setup()\n"
        "from datetime import timedelta; from django.utils.timezone import now\n"
        "from leeward.records.models import Conversation\n"
        f"talked = Conversation.objects.filter(text_number__in={[texter.number, silent.number]})\n"
        "assert talked.update(last_at=now() - timedelta(hours=21)) == 2"
    )
    stack.run("-c", yesterday)
    reminders = texts(texter).filter(kind="reminder").values_list("body")
    until(lambda: texter.rows(reminders), RETRY_SECONDS)
    assert "one reminder, as you agreed" in texter.row(reminders)[0]
    assert len(texter.rows(reminders)) == 1
    assert silent.count(texts(silent).filter(kind="reminder")) == 0


def test_opt_outs_come_in_and_go_out_as_csv(stack: Stack, texter: Texter, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(f"phone,words\n{texter.number},told us on the phone\n(312) 555-0177,\n", encoding="utf-8")
    assert "2 of 2" in leeward("optouts", "import", str(theirs), LEEWARD_VAR=str(stack.var)).stdout
    assert "0 of 2" in leeward("optouts", "import", str(theirs), LEEWARD_VAR=str(stack.var)).stdout
    ours = leeward("optouts", "export", LEEWARD_VAR=str(stack.var)).stdout
    assert f"{texter.number}," in ours
    assert "told us on the phone" in ours
    assert texter.says("I owe 310k") == ""


@pytest.mark.parametrize(
    ("content", "sentence"), [("number\n1\n", "a column named phone"), ("phone\nabc\n", "Line 2: 'abc' is no phone number")]
)
def test_a_list_that_cannot_be_read_is_one_clear_sentence(stack: Stack, tmp_path: Path, content: str, sentence: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(content, encoding="utf-8")
    done = leeward("optouts", "import", str(bad), LEEWARD_VAR=str(stack.var))
    assert done.returncode in (1, 2)
    assert sentence in done.stderr


# ------------------------------------------------------------------ the stand-in itself


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    local = FakeTwilio()
    yield local
    local.close()


def test_twilios_own_library_can_talk_to_the_stand_in(twilio: FakeTwilio) -> None:
    class Local(TwilioHttpClient):
        def request(self, method: str, url: str, *arguments: object, **options: object) -> object:
            return super().request(method, url.replace("https://api.twilio.com", twilio.url), *arguments, **options)

    client = Client(ACCOUNT, twilio.token, http_client=Local())
    made = client.messages.create(to="+13125550142", from_=NUMBER, body="hello")
    assert (made.status, made.body, made.to) == ("queued", "hello", "+13125550142")
    assert [message.sid for message in client.messages.list(to="+13125550142")] == [made.sid]
    assert client.messages.list(to="+13125550199") == []
    twilio.troubles.append("opted_out")
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+13125550142", from_=NUMBER, body="hello")
    assert refused.value.code == 21610
    with pytest.raises(TwilioRestException) as unknown:
        Client(ACCOUNT, "wrong", http_client=Local()).messages.create(to="+13125550142", from_=NUMBER, body="hello")
    assert unknown.value.status == 401


def test_its_asynchronous_client_too(twilio: FakeTwilio) -> None:
    class Local(AsyncTwilioHttpClient):
        async def request(self, method: str, url: str, *arguments: object, **options: object) -> object:
            return await super().request(method, url.replace("https://api.twilio.com", twilio.url), *arguments, **options)

    async def send() -> str:
        async with Local() as http:
            made = await Client(ACCOUNT, twilio.token, http_client=http).messages.create_async(
                to="+13125550142", from_=NUMBER, body="hi"
            )
            return str(made.status)

    assert asyncio.run(send()) == "queued"


def test_a_phone_in_the_terminal(tmp_path: Path) -> None:
    said = "\n".join(json.dumps({"say": words}) for words in ("hi", "Chicago")) + "\n"
    done = leeward("sms", "--jsonl", "--number", "+13125550188", said=said, LEEWARD_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["replies"][0]["encoding"] == "GSM-7"
    assert first["replies"][0]["segments"] <= 3
    assert "still owe" in second["replies"][0]["text"]


def test_a_phone_needs_a_number(tmp_path: Path) -> None:
    done = leeward("sms", "--number", "12", LEEWARD_VAR=str(tmp_path))
    assert done.returncode == 2
    assert "no phone number" in done.stderr
