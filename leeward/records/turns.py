"""The records' side of one turn: what it starts from, and everything that it changes, in one transaction.

A turn reads, thinks without holding any lock, and is kept only if nothing has moved meanwhile: the message still waits, no
earlier one does, and the conversation has the revision that the turn began with (optimistic locking; Kung and Robinson 1981).
Whoever else handled the message first, in this process or another, wins; the later result is dropped whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from leeward.assessment.deficiency import estimate
from leeward.assessment.triage import triage
from leeward.compliance.consent_text import ConsentShown
from leeward.core.facts import Facts
from leeward.dialogue.effects import Effect, OpenCase, RecordConsent, ReplaceWay, RevokeContact, UpdateConversation
from leeward.records import opt_outs, outbox
from leeward.records.models import Case, Conversation, Message, OutboundSms, TrackerSnapshot
from leeward.records.services import cases, consents, contacts, conversations, messages
from leeward.records.services.messages import ReceivedMessage, Reply
from leeward.sms import send_policy

MOST_TRIES: Final = 5
# How a message comes that is answered on the page that sent it; all other kinds come by text.
PAGE_KINDS: Final = ("text", "choice", "start", "return")
RETRY_AFTER: Final = tuple(timedelta(seconds=seconds) for seconds in (2, 4, 8, 16))
# The clocks of several machines on one database need not agree to the second.
CLOCKS_DIFFER: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was put to the person: its slot, the number of the message that put it, and its buttons."""

    slot: str
    n: int
    buttons: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TurnStart:
    """The message to answer, and where its conversation stood when the turn began.

    `slots` are Rasa's slots beside the facts; `active_loop` is empty before the opening. `questions` are the last questions
    put, the newest first, so that an answer can be matched with what was on the screen when it was written.
    """

    message: ReceivedMessage
    conversation_id: str
    revision: int
    channel: str
    language: str
    facts: Mapping[str, Any]
    fact_turns: Mapping[str, str]
    clarify: Mapping[str, Any]
    slots: Mapping[str, Any]
    active_loop: str
    questions: tuple[Question, ...]
    last_turn: tuple[Reply, ...]
    last_turn_begins: int

    @property
    def recorded_slots(self) -> dict[str, Any]:
        """The facts as Rasa's slots, from the record."""
        return {**self.facts, "fact_turns": self.fact_turns, "clarify": self.clarify}

    @property
    def last_buttons(self) -> tuple[Mapping[str, str], ...]:
        """The buttons that were shown last."""
        return tuple(button for reply in self.last_turn for button in reply.buttons)


@dataclass(frozen=True, slots=True)
class Texts:
    """An answer as SMS: `bodies` in their order, to a number (E.164)."""

    bodies: Sequence[str]
    kind: send_policy.MessageKind
    to: str


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """What a turn came to: replies, the new state of the dialogue, effects, and texts where it is answered by SMS."""

    replies: Sequence[Reply]
    slots: Mapping[str, Any]
    active_loop: str
    effects: Sequence[Effect] = field(default=())
    texts: Texts | None = None
    erases: bool = False


def turn_start(*, conversation_id: str) -> TurnStart | None:
    """The lowest waiting message of a conversation with all that a turn needs; None where nothing waits."""
    message = _lowest_waiting(conversation_id)
    if message is None:
        return None
    conversation = Conversation.objects.get(pk=conversation_id)
    last_turn = messages.last_turn(conversation_id)
    snapshot = TrackerSnapshot.objects.filter(pk=conversation_id).first()
    return TurnStart(
        message=ReceivedMessage.of(message),
        conversation_id=conversation_id,
        revision=conversation.revision,
        channel=conversation.channel,
        language=conversation.language,
        facts=conversation.facts,
        fact_turns=conversation.turns,
        clarify=conversation.clarify,
        slots={} if snapshot is None else snapshot.slots,
        active_loop="" if snapshot is None else snapshot.active_loop,
        questions=questions_of(conversation_id=conversation_id),
        last_turn=tuple(Reply(row.text, row.buttons, row.card, row.asked, row.response) for row in last_turn),
        last_turn_begins=last_turn[0].n if last_turn else 0,
    )


def questions_of(*, conversation_id: str, most: int = 10) -> tuple[Question, ...]:
    """The last questions put in a conversation, the newest first."""
    asked = Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.OUT).exclude(asked=None)
    rows = asked.order_by("-n").values_list("asked", "n", "buttons")[:most]
    return tuple(Question(str(slot), n, tuple(buttons)) for slot, n, buttons in rows)


def turn_commit(*, start: TurnStart, end: TurnEnd) -> bool:
    """Keeps a whole turn, or nothing where something moved since it began; says which."""
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=start.conversation_id)
        message = _lowest_waiting(start.conversation_id)
        if message is None or message.pk != start.message.id or conversation.revision != start.revision:
            return False
        Conversation.objects.filter(pk=conversation.pk).update(revision=F("revision") + 1)
        # Replies first: a consent is checked against what was said before the message that gives it.
        messages.message_answer(message_id=message.pk, replies=end.replies)
        if end.texts is not None:
            outbox.put_answer(message=message, bodies=end.texts.bodies, kind=end.texts.kind, to=end.texts.to)
        apply_effects(message=message, effects=end.effects)
        if not end.erases:
            _keep_snapshot(conversation_id=conversation.pk, end=end)
        else:
            # The person hears that it is done; the answer itself stays, so that a page that asks again hears it too.
            conversations.conversation_erase(conversation_id=conversation.pk, request_id=message.key, up_to=message.n)
    return True


def _keep_snapshot(*, conversation_id: str, end: TurnEnd) -> None:
    """Within the conversation's lock, so that nobody else can make it in between."""
    state: dict[str, Any] = {"slots": dict(end.slots), "active_loop": end.active_loop}
    if not TrackerSnapshot.objects.filter(pk=conversation_id).update(**state):
        TrackerSnapshot.objects.create(conversation_id=conversation_id, **state)


def turn_next(*, start: TurnStart, end: TurnEnd | None) -> TurnStart | None:
    """Keeps a turn (`turn_commit`), if there is anything to keep, and begins the next; None where nothing waits."""
    if end is not None:
        turn_commit(start=start, end=end)
    return turn_start(conversation_id=start.conversation_id)


def turn_fail(
    *,
    start: TurnStart,
    counts: bool,
    replies: Sequence[Reply],
    texts: Texts | None = None,
    crisis: bool = False,
    danger: bool = False,
) -> bool:
    """A try that came to nothing: the message waits for the next one. Says whether it was set aside instead.

    `counts` says that the message itself may be the cause, and not a part that is down; after MOST_TRIES such tries it is set
    aside, with `replies` as its answer, so that the rest of the conversation goes on. Staff then have a case of it; `crisis`
    and `danger` are what its words raise.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=start.conversation_id)
        message = Message.objects.select_for_update().get(pk=start.message.id)
        if message.status != Message.Status.WAITING:
            return False
        message.tries += counts
        if message.tries < MOST_TRIES:
            message.retry_at = timezone.now() + RETRY_AFTER[message.tries - 1 if counts else 0]
            message.save(update_fields=["tries", "retry_at"])
            return False
        messages.message_answer(message_id=message.pk, replies=replies)
        if texts is not None:
            outbox.put_answer(message=message, bodies=texts.bodies, kind=texts.kind, to=texts.to)
        Message.objects.filter(pk=message.pk).update(status=Message.Status.SET_ASIDE, tries=message.tries)
        conversation.crisis, conversation.danger = conversation.crisis or crisis, conversation.danger or danger
        conversation.save(update_fields=["crisis", "danger"])
        _hand_to_staff(conversation)
    return True


def _hand_to_staff(conversation: Conversation) -> None:
    """The conversation's case, opened if there is none, and open again if it was closed."""
    on = timezone.localdate()
    facts, _ = Facts.readable(conversation.facts)
    urgency = triage(
        facts,
        estimate(facts, on=on),
        on=on,
        crisis=conversation.crisis,
        danger=conversation.danger,
        wants_person=conversation.wants_person,
    )
    cases.case_open(conversation_id=conversation.pk, triage=urgency.to_json())
    Case.objects.filter(conversation=conversation, status=Case.Status.CLOSED).update(status=Case.Status.NEW)


def conversations_due(*, kinds: Iterable[str], waited: timedelta = timedelta(0)) -> list[str]:
    """Conversations in which a message of these kinds has waited so long and may be tried now, the longest waiting first."""
    now = timezone.now()
    # What lies in the future was set by a clock that was ahead, and has waited long enough.
    may_be_tried = Q(retry_at=None) | Q(retry_at__lte=now) | Q(retry_at__gt=now + RETRY_AFTER[-1])
    has_waited = Q(created_at__lte=now - waited) | Q(created_at__gt=now + CLOCKS_DIFFER)
    waiting = Message.objects.filter(may_be_tried, has_waited, status=Message.Status.WAITING, kind__in=tuple(kinds))
    return list(dict.fromkeys(waiting.order_by("created_at").values_list("conversation_id", flat=True)))


def _lowest_waiting(conversation_id: str) -> Message | None:
    waiting = Message.objects.filter(conversation_id=conversation_id, status=Message.Status.WAITING)
    return waiting.order_by("n").first()


def apply_effects(*, message: Message, effects: Iterable[Effect]) -> None:
    """Records what a message's turn asked for, in its order. Within the transaction that records the answer.

    Raises django.db.DatabaseError for a consent whose text was not shown before the message (migration 0008).
    """
    for effect in effects:
        _apply(effect, message)


def _apply(effect: Effect, message: Message) -> None:
    conversation_id = message.conversation_id
    match effect:
        case UpdateConversation():
            facts = Facts.from_json(effect.facts, effect.fact_turns)
            for name, candidates in effect.clarify.items():
                facts = facts.ask_again(name, tuple(candidates))
            conversations.conversation_update(
                conversation_id=conversation_id,
                facts=facts,
                estimate=effect.estimate,
                language=effect.language,
                paused=effect.paused,
                crisis=effect.crisis,
                danger=effect.danger,
                wants_person=effect.wants_person,
                at_page=message.kind in PAGE_KINDS,
            )
        case RecordConsent():
            shown = ConsentShown.from_json(effect.shown)
            if shown is None:
                raise ValueError("a consent without the text that was shown")
            consents.consent_record(
                conversation_id=conversation_id,
                kind=shown.kind,
                given=effect.given,
                text=shown.text,
                version=shown.version,
                words=effect.words,
                language=shown.language,
                channel=effect.channel,
                # A no refuses every way: it is the person who does not want to be contacted.
                way=shown.way if effect.given else "",
                message_key=message.key,
            )
            if effect.given and shown.lifts_stop:
                opt_outs.stop_lift(phone=shown.way, words=effect.words)
        case RevokeContact():
            _stop_numbers(effect, message)
            consents.consents_take_back(
                conversation_id=conversation_id,
                kinds=("contact", "automated", "reminder"),
                words=effect.words,
                language=effect.language,
                channel=effect.channel,
                way="",
                message_key=message.key,
            )
        case ReplaceWay():
            consents.way_replace(
                conversation_id=conversation_id,
                way=effect.way,
                words=effect.words,
                language=effect.language,
                channel=effect.channel,
                message_key=message.key,
            )
        case OpenCase():
            contacts.contact_save(conversation_id=conversation_id, facts=Facts.from_json(effect.facts))
            cases.case_open(conversation_id=conversation_id, triage=effect.triage)


def _stop_numbers(effect: RevokeContact, message: Message) -> None:
    """Stops the number that the person gave, and the one whose texts belong to the conversation."""
    texted = Conversation.objects.values_list("text_number", flat=True).get(pk=message.conversation_id)
    for phone in dict.fromkeys(number for number in (effect.phone, texted) if number):
        # A text that says stop is kept as one before its turn is thought (leeward/assistant/sms_turn.py).
        if not opt_outs.is_opted_out(phone=phone):
            opt_outs.opt_out_record(phone=phone, channel=effect.channel, words=effect.words)
    # The answer by text is the one confirmation of the stop, which nothing may hold back now.
    OutboundSms.objects.filter(message=message, kind=OutboundSms.Kind.REPLY).update(kind=OutboundSms.Kind.STOPPED)
