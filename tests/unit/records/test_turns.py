"""A turn is kept whole or not at all, and every message has exactly one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from factories import receive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.core.facts import Facts
from leeward.dialogue.effects import Effect, OpenCase, RecordConsent, RevokeContact, UpdateConversation
from leeward.records import opt_outs, outbox, turns
from leeward.records.models import Case, ConsentRecord, Contact, Conversation, Message, OptOut, OutboundSms, TrackerSnapshot
from leeward.records.services import conversations, messages
from leeward.records.services.messages import Reply
from leeward.records.turns import Texts, TurnEnd, TurnStart

pytestmark = pytest.mark.django_db

TEXT = "May a person of the firm call you at (312) 555-0142?"
YES = {"title": "Yes", "payload": "/affirm"}
SORRY = Reply("I could not read that.", response="say_set_aside")


@pytest.fixture
def conversation() -> Conversation:
    return conversations.conversation_start(channel="web", language="en")


def begun(conversation: Conversation) -> TurnStart:
    start = turns.turn_start(conversation_id=conversation.id)
    assert start is not None
    return start


def ending(*replies: Reply, effects: tuple[Effect, ...] = (), erases: bool = False, texts: Texts | None = None) -> TurnEnd:
    said = replies or (Reply("Which state?", asked="state"),)
    return TurnEnd(said, {"progress": {"messages": 1}}, "intake_form", effects, texts, erases)


def answer(conversation: Conversation, *replies: Reply, **rest: Any) -> bool:
    return turns.turn_commit(start=begun(conversation), end=ending(*replies, **rest))


def update(**facts: Any) -> UpdateConversation:
    return UpdateConversation(
        facts=facts,
        fact_turns={},
        clarify={},
        estimate=None,
        language="en",
        paused=False,
        crisis=False,
        danger=False,
        wants_person=False,
    )


def consent(text: str = TEXT) -> RecordConsent:
    shown = {
        "question": "consent_contact",
        "kind": "contact",
        "text": text,
        "version": "1",
        "language": "en",
        "way": "+13125550142",
        "lifts_stop": False,
    }
    return RecordConsent(shown, given=True, words="yes", channel="web")


def is_untouched(conversation: Conversation) -> bool:
    """Whether no turn has left anything behind."""
    row = Conversation.objects.get(pk=conversation.pk)
    return (
        (row.facts, row.revision) == ({}, 0)
        and not Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT).exists()
        and not TrackerSnapshot.objects.filter(conversation=conversation).exists()
        and not ConsentRecord.objects.filter(conversation_ref=conversation.pk).exists()
    )


# ------------------------------------------------------------------ what a turn starts from


def test_where_nothing_waits_there_is_no_turn(conversation: Conversation) -> None:
    assert turns.turn_start(conversation_id=conversation.id) is None


def test_the_lowest_waiting_message_comes_first(conversation: Conversation) -> None:
    for key in ("a", "b", "c"):
        receive(conversation, key, f"words of {key}")
    assert begun(conversation).message.key == "a"
    assert answer(conversation)
    assert begun(conversation).message.key == "b"


def test_a_turn_starts_from_what_the_last_one_kept(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    answer(conversation, Reply("Noted."), Reply("Where?", [YES], asked="stage"), effects=(update(state="IL"),))
    receive(conversation, "b", "notice")
    start = begun(conversation)
    assert (start.facts, start.slots, start.active_loop) == ({"state": "IL"}, {"progress": {"messages": 1}}, "intake_form")
    assert (start.revision, start.last_turn_begins, start.last_buttons) == (1, 2, (YES,))
    assert [reply.text for reply in start.last_turn] == ["Noted.", "Where?"]


def test_what_staff_changed_in_the_record_is_what_the_next_turn_starts_from(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    answer(conversation, effects=(update(state="IL"),))
    Conversation.objects.filter(pk=conversation.pk).update(facts={"state": "IN"}, revision=2)
    receive(conversation, "b", "hi")
    assert begun(conversation).recorded_slots["state"] == "IN"
    assert answer(conversation)


def test_the_questions_put_are_known_the_newest_first_so_that_a_tap_under_an_earlier_one_is_seen(
    conversation: Conversation,
) -> None:
    receive(conversation, "a", "hi")
    answer(conversation, Reply("Hello."), Reply("Which state?", [YES], asked="state"))
    receive(conversation, "b", "IL")
    answer(conversation, Reply("Where do things stand?", asked="stage"))
    messages.message_receive(
        conversation_id=conversation.id, key="c", text="Yes", kind="choice", language=None, seen=3, answers_ask=3
    )
    start = begun(conversation)
    assert [(asked.slot, asked.n) for asked in start.questions] == [("stage", 5), ("state", 3)]
    assert start.questions[1].buttons == (YES,)
    assert (start.message.seen, start.message.answers_ask) == (3, 3)


# ------------------------------------------------------------------ what a turn keeps


def test_a_commit_keeps_replies_effects_and_the_snapshot_and_raises_the_revision(conversation: Conversation) -> None:
    message = receive(conversation, "a", "Illinois")
    facts = Facts().learn("state", "IL").learn("first_name", "Ana")
    triage = {"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None}
    asked = (update(**facts.to_json()), OpenCase(facts.to_json(), triage))
    texts = Texts(["Which state?"], "reply", "+13125550142")
    assert answer(conversation, effects=asked, texts=texts)
    row = Conversation.objects.get(pk=conversation.pk)
    assert (row.facts, row.revision) == ({"state": "IL", "first_name": "Ana"}, 1)
    assert [reply.text for reply in messages.replies_to(message_id=message.id)] == ["Which state?"]
    assert TrackerSnapshot.objects.get(pk=conversation.pk).active_loop == "intake_form"
    assert Contact.objects.get(conversation=conversation).first_name == "Ana"
    assert Case.objects.get(conversation=conversation).tier == 3
    assert [(out.body, out.to) for out in OutboundSms.objects.all()] == [("Which state?", "+13125550142")]


def test_the_same_turn_committed_twice_is_kept_once(conversation: Conversation) -> None:
    message = receive(conversation, "a", "Illinois")
    start = begun(conversation)
    assert [turns.turn_commit(start=start, end=ending()) for _ in range(2)] == [True, False]
    assert len(messages.replies_to(message_id=message.id)) == 1
    assert Conversation.objects.get(pk=conversation.pk).revision == 1


def test_a_turn_whose_message_was_answered_meanwhile_is_dropped_whole(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    start = begun(conversation)
    Message.objects.filter(key="a").update(status=Message.Status.ANSWERED)
    assert not turns.turn_commit(start=start, end=ending(effects=(update(state="IL"),)))
    assert is_untouched(conversation)


def test_a_turn_before_whose_message_another_waits_is_dropped_whole(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    receive(conversation, "b", "Ohio")
    Message.objects.filter(key="a").update(status=Message.Status.ANSWERED)
    start = begun(conversation)
    Message.objects.filter(key="a").update(status=Message.Status.WAITING)
    assert start.message.key == "b"
    assert not turns.turn_commit(start=start, end=ending(effects=(update(state="OH"),)))
    assert is_untouched(conversation)


def test_a_turn_during_which_staff_changed_the_record_is_dropped_whole(conversation: Conversation) -> None:
    receive(conversation, "a", "Illinois")
    start = begun(conversation)
    Conversation.objects.filter(pk=conversation.pk).update(revision=7)
    assert not turns.turn_commit(start=start, end=ending(effects=(update(state="IL"),)))
    Conversation.objects.filter(pk=conversation.pk).update(revision=0)
    assert is_untouched(conversation)
    assert begun(conversation).message.key == "a"


def test_a_turn_that_erases_leaves_no_snapshot_and_keeps_its_answer(conversation: Conversation) -> None:
    receive(conversation, "a", "I owe 200k")
    answer(conversation, effects=(update(state="IL"),))
    last = receive(conversation, "b", "yes, delete it")
    assert answer(conversation, Reply("It is deleted.", response="say_erased"), erases=True)
    assert not TrackerSnapshot.objects.exists()
    assert [reply.text for reply in messages.replies_to(message_id=last.id)] == ["It is deleted."]
    row = Conversation.objects.get(pk=conversation.pk)
    assert (row.facts, row.erased_at is None) == ({}, False)


# ------------------------------------------------------------------ consents


def refused(conversation: Conversation, *replies: Reply, text: str = TEXT) -> bool:
    """Whether the database refuses the turn for its consent, and nothing of it is kept."""
    before = list(Message.objects.order_by("pk").values("n", "text", "status"))
    with pytest.raises(DatabaseError, match="shown before its answer"), transaction.atomic():
        answer(conversation, *replies, effects=(update(state="IL"), consent(text)))
    row = Conversation.objects.get(pk=conversation.pk)
    after = list(Message.objects.order_by("pk").values("n", "text", "status"))
    return before == after and row.facts == {} and not ConsentRecord.objects.exists()


def test_a_consent_whose_text_was_never_shown_keeps_nothing_of_its_turn(conversation: Conversation) -> None:
    receive(conversation, "a", "yes")
    assert refused(conversation)
    assert is_untouched(conversation)


def test_a_consent_whose_text_is_shown_only_by_its_own_turn_or_later_is_refused(conversation: Conversation) -> None:
    receive(conversation, "a", "yes")
    assert refused(conversation, Reply(TEXT, asked="consent_contact"))
    receive(conversation, "b", "and yes again")
    answer(conversation, Reply(TEXT, asked="consent_contact"))
    # The text came after "b" was written.
    assert refused(conversation)


def test_a_consent_with_a_letter_changed_since_it_was_shown_is_refused(conversation: Conversation) -> None:
    receive(conversation, "a", "hi")
    answer(conversation, Reply(TEXT, asked="consent_contact"))
    receive(conversation, "b", "yes")
    assert refused(conversation, text=TEXT.replace("0142", "0143"))


def test_a_text_shown_in_another_conversation_is_no_question_here(conversation: Conversation) -> None:
    other = conversations.conversation_start(channel="web", language="en")
    receive(other, "a", "hi")
    answer(other, Reply(TEXT, asked="consent_contact"))
    receive(conversation, "b", "hi")
    answer(conversation)
    receive(conversation, "c", "yes")
    assert refused(conversation)


def test_a_consent_whose_text_was_shown_before_the_answer_counts(conversation: Conversation) -> None:
    receive(conversation, "a", "hi")
    answer(conversation, Reply(f"One more thing. {TEXT}", asked="consent_contact"))
    receive(conversation, "b", "yes")
    assert answer(conversation, effects=(consent(),))
    kept = ConsentRecord.objects.get()
    assert (kept.given, kept.text, kept.message_key, kept.words) == (True, TEXT, "b", "yes")


# ------------------------------------------------------------------ a turn that fails


def fail(conversation: Conversation, *, counts: bool = True) -> bool:
    return turns.turn_fail(start=begun(conversation), counts=counts, replies=[SORRY])


def test_only_a_failure_that_the_message_may_cause_counts(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    for _ in range(turns.MOST_TRIES + 1):
        assert not fail(conversation, counts=False)
    assert Message.objects.get(pk=message.id).tries == 0
    assert not fail(conversation)
    assert Message.objects.get(pk=message.id).tries == 1


def test_each_try_waits_longer_than_the_one_before(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    for after in turns.RETRY_AFTER:
        earliest = timezone.now() + after
        fail(conversation)
        retry_at = Message.objects.get(pk=message.id).retry_at
        assert retry_at is not None
        assert earliest <= retry_at <= timezone.now() + after


def test_at_the_fifth_failure_a_message_is_set_aside_with_an_answer_and_the_next_goes_on(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    receive(conversation, "b", "there")
    Case.objects.create(number="1", conversation=conversation, status=Case.Status.CLOSED, tier=3)
    assert [fail(conversation) for _ in range(turns.MOST_TRIES)] == [False, False, False, False, True]
    row = Message.objects.get(pk=message.id)
    assert (row.status, row.tries) == (Message.Status.SET_ASIDE, turns.MOST_TRIES)
    assert [reply.text for reply in messages.replies_to(message_id=message.id)] == [SORRY.text]
    assert Case.objects.get().status == Case.Status.NEW
    assert begun(conversation).message.key == "b"
    assert answer(conversation)


def test_what_is_set_aside_opens_a_case_with_what_its_words_raise(conversation: Conversation) -> None:
    receive(conversation, "a", "hi")
    for _ in range(turns.MOST_TRIES - 1):
        fail(conversation)
    assert not Case.objects.exists()
    assert turns.turn_fail(start=begun(conversation), counts=True, replies=[SORRY], crisis=True)
    assert Case.objects.get().tier == 0
    conversation.refresh_from_db()
    assert (conversation.crisis, conversation.danger) == (True, False)


def test_a_failure_of_what_was_answered_meanwhile_changes_nothing(conversation: Conversation) -> None:
    message = receive(conversation, "a", "hi")
    start = begun(conversation)
    assert turns.turn_commit(start=start, end=ending())
    assert not turns.turn_fail(start=start, counts=True, replies=[SORRY])
    assert Message.objects.get(pk=message.id).tries == 0


def test_what_is_due_is_told_by_kind_and_by_how_long_it_waited(conversation: Conversation) -> None:
    by_text = conversations.conversation_start(channel="sms", language="en")
    messages.message_receive(conversation_id=by_text.id, key="s", text="hi", kind="sms", language=None)
    waiting = receive(conversation, "a", "hi")
    assert turns.conversations_due(kinds=("text", "sms")) == [by_text.id, conversation.id]
    assert turns.conversations_due(kinds=("sms",)) == [by_text.id]
    assert turns.conversations_due(kinds=("text",), waited=timedelta(seconds=30)) == []
    Message.objects.filter(pk=waiting.id).update(created_at=timezone.now() - timedelta(minutes=1))
    assert turns.conversations_due(kinds=("text",), waited=timedelta(seconds=30)) == [conversation.id]
    fail(conversation)
    assert turns.conversations_due(kinds=("text",)) == []
    Message.objects.filter(pk=waiting.id).update(retry_at=timezone.now())
    assert turns.conversations_due(kinds=("text",)) == [conversation.id]


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=365)])
def test_what_waited_while_the_clock_was_ahead_is_taken_up_once_it_is_right(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + ahead)
    receive(conversation, "a", "hi")
    fail(conversation)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert turns.conversations_due(kinds=("text",), waited=timedelta(seconds=5)) == [conversation.id]


def test_a_clock_that_jumps_back_and_forth_ends_no_chat(conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    for jump in (timedelta(days=365), timedelta(days=-365), timedelta(0)):
        monkeypatch.setattr(timezone, "now", lambda jump=jump: now + jump)
        receive(conversation, f"key {jump}", f"hi {jump}")
        assert answer(conversation)
    access = conversations.conversation_access(conversation_id=conversation.id, epoch=0)
    assert access is conversations.Access.OPEN


# ------------------------------------------------------------------ two workers


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from(("start", "commit")), st.sampled_from("AB")), max_size=24),
)
def test_however_two_workers_interleave_each_message_is_answered_once(count: int, steps: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        conversation = conversations.conversation_start(channel="web", language="en")
        for number in range(count):
            receive(conversation, f"k{number}", f"words {number}")
        held: dict[str, TurnStart | None] = {"A": None, "B": None}

        def step(kind: str, worker: str) -> None:
            start = held[worker]
            if kind == "start":
                held[worker] = turns.turn_start(conversation_id=conversation.id)
            elif start is not None:
                turns.turn_commit(start=start, end=ending(Reply(f"{worker} answers {start.message.key}")))

        # Whatever they did, in the end each works through what is left.
        for kind, worker in (
            *steps,
            *[(kind, worker) for _ in range(count) for worker in "AB" for kind in ("start", "commit")],
        ):
            step(kind, worker)
        answered = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT).order_by("n")
        assert [row.text.rpartition(" ")[2] for row in answered] == [f"k{number}" for number in range(count)]
        assert Conversation.objects.get(pk=conversation.pk).revision == count


# ------------------------------------------------------------------ who wants no contact any more

TEXTED, GIVEN = "+13125550142", "+13125550199"


@pytest.mark.parametrize(("given", "stopped"), [(None, [TEXTED]), (TEXTED, [TEXTED]), (GIVEN, [GIVEN, TEXTED])])
def test_who_wants_no_contact_is_not_texted_at_the_number_of_the_conversation_either(
    conversation: Conversation, given: str | None, stopped: list[str]
) -> None:
    Conversation.objects.update(text_number=TEXTED)
    receive(conversation, "a", "don't contact me again")
    assert answer(conversation, effects=(RevokeContact("don't contact me again", "en", "web", given),))
    assert sorted(row["phone"] for row in opt_outs.opt_outs_list()) == sorted(stopped)
    taken_back = ConsentRecord.objects.filter(given=False, way="").values_list("kind", flat=True)
    assert sorted(taken_back) == ["automated", "contact", "reminder"]


def test_a_number_that_has_said_stop_already_is_not_stopped_twice(conversation: Conversation) -> None:
    Conversation.objects.update(text_number=TEXTED)
    receive(conversation, "a", "stop, I want to die")
    opt_outs.opt_out(phone=TEXTED, words="stop, I want to die", language="en", message_key="a")
    assert answer(conversation, effects=(RevokeContact("stop, I want to die", "en", "sms", TEXTED),))
    assert OptOut.objects.count() == 1


def test_who_wants_no_contact_any_more_hears_once_by_text_that_it_is_so(conversation: Conversation) -> None:
    Conversation.objects.update(text_number=TEXTED)
    receive(conversation, "a", "don't contact me again")
    texts = Texts(["We will not contact you."], "reply", TEXTED)
    assert answer(conversation, texts=texts, effects=(RevokeContact("don't contact me again", "en", "sms", None),))
    assert [text.body for text in outbox.claim_due(most=9)] == ["We will not contact you."]
