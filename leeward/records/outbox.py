"""Writing the records of text messages: what came, the outbox, opt-outs, staff's texts, reminders and web links.

Beside services.py the only place that writes. What may be sent is decided in leeward/sms/send_policy.py; here it is looked up,
applied in one transaction, and kept. Phone numbers are E.164, moments aware.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from leeward.nlu.safety_rules import mask
from leeward.ops import secret_key
from leeward.records import services
from leeward.records.models import Case, ConsentRecord, Contact, Conversation, InboundSms, Message, OptOut, OutboundSms, WebLink
from leeward.sms import send_policy

# The kinds of message that come by text.
KINDS: Final = ("sms", "media")
# After staff have texted, the assistant leaves the talking to them for this long.
STAFF_TALK: Final = timedelta(hours=48)
RETRY_AFTER: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))
# No try takes this long (leeward/assistant/outbox_worker.py), so whoever made it is gone.
STUCK_AFTER: Final = timedelta(seconds=30)
WELCOME: Final = "utter_welcome"
LINK_MINUTES: Final = 30
LINK_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
LINK_LENGTH: Final = 10

# Twilio may report in any order; a report never takes back a later one.
_RANK: Final = {
    OutboundSms.Status.WAITING: 0,
    OutboundSms.Status.SENDING: 0,
    OutboundSms.Status.QUEUED: 1,
    OutboundSms.Status.SENT: 2,
    OutboundSms.Status.DELIVERED: 3,
    OutboundSms.Status.UNDELIVERED: 3,
    OutboundSms.Status.FAILED: 3,
    OutboundSms.Status.DROPPED: 3,
}
_OPEN: Final = (OutboundSms.Status.WAITING, OutboundSms.Status.SENDING)


class TextRefused(Exception):
    """We must not text this number now; `reason` is one of leeward.sms.send_policy.Refusal."""

    def __init__(self, reason: send_policy.DenialReason) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkSpent(Exception):
    """The link was used, is too old, or was never ours."""


@dataclass(frozen=True)
class OutboxItem:
    """One text that is due: what the sender needs of it."""

    id: int
    to: str
    body: str
    created_at: datetime
    uncertain: bool


# ------------------------------------------------------------------ what comes in


def receive_sms(*, sid: str, phone: str, text: str, media: bool, language: str) -> Message | None:
    """Records a text that came, once for each of Twilio's ids; None if it was taken before.

    It belongs to the number's conversation of the last 30 days, or begins a new one in `language`.
    """
    try:
        return _taken(sid, phone, text, media, language)
    except IntegrityError:
        if InboundSms.objects.filter(sid=sid).exists():
            return None
        # Another first text of this number began its conversation at the same moment: this one belongs there.
        return _taken(sid, phone, text, media, language)


def _taken(sid: str, phone: str, text: str, media: bool, language: str) -> Message:
    with transaction.atomic():
        InboundSms.objects.create(sid=sid, phone=phone)
        conversation = conversation_of(phone=phone) or conversation_begin(phone=phone, language=language)
        message, _ = services.message_receive(
            conversation_id=conversation.pk,
            key=sid,
            text=text,
            kind="media" if media else "sms",
            language=None,
            seen=_seen(conversation),
        )
    return message


def _seen(conversation: Conversation) -> int:
    """The number of the last message whose texts had all left for the person's phone; 0 where none had."""
    waiting = OutboundSms.objects.filter(conversation=conversation, status__in=_OPEN, sid="").values("message")
    said = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT)
    unsent = said.filter(answers__in=waiting).order_by("n").first()
    if unsent is not None:
        said = said.filter(n__lt=unsent.n)
    last = said.order_by("-n").first()
    return 0 if last is None else last.n


def conversation_of(*, phone: str) -> Conversation | None:
    """The conversation that a text from this number goes on with, if there is one."""
    since = timezone.now() - timedelta(days=services.OPEN_DAYS)
    found = Conversation.objects.filter(text_number=phone, erased_at=None, last_at__gte=since)
    return found.order_by("-last_at").first()


def conversation_begin(*, phone: str, language: str) -> Conversation:
    """A new conversation by text. Who had the number before is let go: another person may hold the phone now."""
    Conversation.objects.filter(text_number=phone).update(text_number="")
    return Conversation.objects.create(channel="sms", language=language, text_number=phone)


def conversation_hand_over(*, message: Message, phone: str, language: str) -> Message:
    """A message that asks for a new start goes to a new conversation, which keeps nothing of the one before."""
    with transaction.atomic():
        fresh = conversation_begin(phone=phone, language=language)
        message.conversation = fresh
        message.n = 1
        message.save(update_fields=["conversation", "n"])
    return message


def phone_of(*, message: Message) -> str:
    """The number that a message came from."""
    return InboundSms.objects.get(sid=message.key).phone


def disclosure_channel(*, conversation_id: str) -> Literal["by_text", "on_the_web", "nowhere"]:
    """Where the person of a conversation was told that they write with a program, and what a text may cost them."""
    told = Message.objects.filter(conversation_id=conversation_id, response=WELCOME)
    if told.filter(answers__texts__isnull=False).exists():
        return "by_text"
    return "on_the_web" if told.exists() else "nowhere"


def may_be_read_by_others(*, conversation_id: str, phone: str) -> bool:
    """Whether the person said that this phone is not safe, or that someone at home is dangerous."""
    conversation = Conversation.objects.get(pk=conversation_id)
    unsafe = conversation.facts.get("safe_to_contact") is False
    return conversation.danger or (unsafe and conversation.facts.get("phone", phone) == phone)


def reassign_message(*, message: Message, phone: str) -> str | None:
    """Moves a message that waits in a conversation which its number has left, and says to which; None where it is at home.

    A number leaves a conversation when someone else takes the phone, when staff text it from a case, or when all is erased.
    """
    with transaction.atomic():
        here = Conversation.objects.select_for_update().get(pk=message.conversation_id)
        if here.text_number == phone:
            return None
        home = conversation_of(phone=phone) or conversation_begin(phone=phone, language=here.language)
        message.conversation = home
        message.n = services.next_number(home)
        message.save(update_fields=["conversation", "n"])
    return home.pk


def is_handed_off(*, conversation_id: str) -> bool:
    """Whether staff texted last in this conversation, and not long ago."""
    last = Message.objects.filter(conversation_id=conversation_id).exclude(direction=Message.Direction.IN).last()
    return last is not None and last.direction == "staff" and last.created_at > timezone.now() - STAFF_TALK


def message_for_staff(*, message: Message) -> None:
    """Leaves a message to staff: it is kept without an answer, and its case is new again."""
    with transaction.atomic():
        message.status = Message.Status.ANSWERED
        message.answered_at = timezone.now()
        message.save(update_fields=["status", "answered_at"])
        Case.objects.filter(conversation_id=message.conversation_id).update(status=Case.Status.NEW)


# ------------------------------------------------------------------ what goes out


def put_answer(*, message: Message, texts: Sequence[str], kind: send_policy.MessageKind, to: str) -> None:
    """Puts the texts of an answer into the outbox. Within the transaction that records the answer."""
    conversation = Conversation.objects.get(pk=message.conversation_id)
    for body in texts:
        _put(conversation, message, to, body, kind, prompted_at=message.created_at)


def notice_put(*, message: Message, body: str) -> None:
    """Tells someone once that their message is kept but cannot be answered yet; the message goes on waiting."""
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
        if not OutboundSms.objects.filter(message=message).exists():
            _put(conversation, message, phone_of(message=message), body, "reply", prompted_at=message.created_at)


def _put(
    conversation: Conversation,
    message: Message | None,
    to: str,
    body: str,
    kind: send_policy.MessageKind,
    *,
    prompted_at: datetime | None,
) -> OutboundSms:
    now = timezone.now()
    at = send_policy.not_before(kind, to, _home(conversation), prompted_at=prompted_at, now=now)
    return OutboundSms.objects.create(conversation=conversation, message=message, to=to, body=body, kind=kind, not_before=at)


def _home(conversation: Conversation) -> str | None:
    state = conversation.facts.get("state")
    return state if isinstance(state, str) and len(state) == 2 else None


def claim_due(*, most: int) -> list[OutboxItem]:
    """Texts that are due, at most one for each number and `most` in all, now marked as being sent.

    A number's texts go in their order: while one is on its way or waits for another try, the next ones wait. One that is kept
    for the morning holds back none, and help in danger, a stop's confirmation and HELP wait only for their own kind.
    """
    now = timezone.now()
    with transaction.atomic():
        # Several assistants may share one PostgreSQL: each takes what no other holds.
        free = OutboundSms.objects.select_for_update(of=("self",), skip_locked=True)
        ahead = _ahead(now)
        of_its_kind = ahead.filter(Q(status=OutboundSms.Status.SENDING) | Q(kind__in=send_policy.ALWAYS))
        in_turn = ~Exists(ahead) | (Q(kind__in=send_policy.ALWAYS) & ~Exists(of_its_kind))
        due = free.filter(in_turn, status=OutboundSms.Status.WAITING, not_before__lte=now)
        going = []
        for text in due.select_related("conversation", "message")[:most]:
            if _is_held_back(text, now):
                continue
            text.status = OutboundSms.Status.SENDING
            text.tries += 1
            text.tried_at = now
            text.save(update_fields=["status", "tries", "tried_at"])
            going.append(OutboxItem(text.pk, text.to, text.body, text.created_at, text.uncertain))
    return going


def _ahead(now: datetime) -> QuerySet[OutboundSms]:
    """The texts that must go before another one to the same number (a subquery on that one)."""
    on_its_way = Q(status=OutboundSms.Status.SENDING)
    soon = Q(status=OutboundSms.Status.WAITING) & (
        Q(not_before__lte=now) | Q(tries__gt=0, not_before__lte=now + RETRY_AFTER[-1])
    )
    return OutboundSms.objects.filter(on_its_way | soon, to=OuterRef("to"), pk__lt=OuterRef("pk"))


def _is_held_back(text: OutboundSms, now: datetime) -> bool:
    """Whether a due text must not go after all: it is no longer allowed, or night has fallen."""
    kind: send_policy.MessageKind = text.kind  # type: ignore[assignment]
    if not send_policy.still_allowed(kind, thread(conversation=text.conversation, phone=text.to)):
        text.status = OutboundSms.Status.DROPPED
        text.save(update_fields=["status"])
        return True
    prompted_at = text.message.created_at if text.message is not None and kind == "reply" else None
    at = send_policy.not_before(kind, text.to, _home(text.conversation), prompted_at=prompted_at, now=now)
    if at > now:
        text.not_before = at
        text.save(update_fields=["not_before"])
        return True
    return False


def recover_stuck() -> int:
    """What was being sent when a process ended is tried again, once Twilio has said that it does not have it. How many."""
    stuck = OutboundSms.objects.filter(status=OutboundSms.Status.SENDING, tried_at__lt=timezone.now() - STUCK_AFTER)
    return stuck.update(status=OutboundSms.Status.WAITING, uncertain=True)


def mark_accepted(*, text_id: int, sid: str, status: str) -> None:
    """Twilio has it. A delivery report that came first is kept."""
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().get(pk=text_id)
        text.sid = sid
        text.uncertain = False
        known = status if status in OutboundSms.Status.values else OutboundSms.Status.QUEUED
        if _RANK[OutboundSms.Status(known)] > _RANK[OutboundSms.Status(text.status)]:
            text.status = known
        _forget_erased(text)
        text.save(update_fields=["sid", "uncertain", "status", "to", "body"])


def _forget_erased(text: OutboundSms) -> None:
    """The last text of an erased conversation says that it is done; once sent, it is gone too."""
    if text.conversation.erased_at is not None:
        text.to = text.body = ""


def schedule_retry(*, text_id: int, error: str, uncertain: bool) -> bool:
    """A try came to nothing: the text waits for the next one, or has failed for good when its tries are used up.

    `uncertain` says that Twilio may have it all the same. Gives whether it will be tried again.
    """
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().get(pk=text_id)
        text.error = error[:20]
        text.uncertain = text.uncertain or uncertain
        again = text.tries <= len(RETRY_AFTER)
        if again:
            text.status = OutboundSms.Status.WAITING
            text.not_before = timezone.now() + RETRY_AFTER[text.tries - 1]
        else:
            text.status = OutboundSms.Status.FAILED
            _forget_erased(text)
        text.save(update_fields=["error", "uncertain", "status", "not_before", "to", "body"])
    return again


def mark_failed(*, text_id: int, error: str) -> None:
    """Twilio will never take it: staff see it as failed."""
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().get(pk=text_id)
        text.status, text.error = OutboundSms.Status.FAILED, error[:20]
        _forget_erased(text)
        text.save(update_fields=["status", "error", "to", "body"])


def apply_delivery_report(*, text_id: int, sid: str, status: str, error: str) -> None:
    """A delivery report of Twilio's. Reports come in any order; an earlier state never replaces a later one."""
    with transaction.atomic():
        text = OutboundSms.objects.select_for_update().filter(pk=text_id).first()
        if text is None or status not in OutboundSms.Status.values or text.sid not in ("", sid):
            return
        if _RANK[OutboundSms.Status(status)] <= _RANK[OutboundSms.Status(text.status)]:
            return
        text.sid, text.status, text.uncertain = sid, status, False
        text.error = error[:20]
        text.save(update_fields=["sid", "status", "uncertain", "error"])


def sids_known(*, phone: str) -> set[str]:
    """Twilio's ids of all texts to a number that are accounted for."""
    return set(OutboundSms.objects.filter(to=phone).exclude(sid="").values_list("sid", flat=True))


def is_settled(*, sid: str) -> bool:
    """Whether a text that came has its answer, and all that was to go out to its number by now is at Twilio."""
    message = Message.objects.filter(key=sid).first()
    if message is None or message.status == Message.Status.WAITING:
        return False
    open_still = OutboundSms.objects.filter(
        conversation=message.conversation_id, status__in=_OPEN, not_before__lte=timezone.now()
    )
    return not open_still.exists()


# ------------------------------------------------------------------ stopping and coming back


def opt_out(*, message: Message, phone: str, words: str) -> bool:
    """Stops everything to a number, on all channels: kept with the words, consents taken back, the outbox emptied.

    Gives whether this is news, so that it is confirmed once.
    """
    with transaction.atomic():
        news = not services.is_opted_out(phone=phone)
        services.opt_out_record(phone=phone, channel="sms", words=words)
        OutboundSms.objects.filter(to=phone, status=OutboundSms.Status.WAITING).update(status=OutboundSms.Status.DROPPED)
        Conversation.objects.filter(text_number=phone).update(paused=True)
        for conversation_id in _conversations_with(phone):
            services.consents_take_back(
                conversation_id=conversation_id,
                kinds=_kinds_given(conversation_id),
                words=words,
                language=message.language,
                channel="sms",
                phone=phone,
                message_key=message.key,
            )
    return news


def _conversations_with(phone: str) -> set[str]:
    by_contact = Contact.objects.filter(phone=phone).values_list("conversation_id", flat=True)
    by_consent = ConsentRecord.objects.filter(phone=phone).values_list("conversation_ref", flat=True)
    return {*by_contact, *by_consent}


def _kinds_given(conversation_id: str) -> list[str]:
    """The kinds of consent that stand as given in a conversation."""
    last_word = dict(ConsentRecord.objects.filter(conversation_ref=conversation_id).values_list("kind", "given"))
    return [kind for kind, given in last_word.items() if given]


def opt_back_in(*, phone: str, words: str) -> bool:
    """A number that had opted out may be texted again, for its owner asked for it. Gives whether this is news.

    Consents that were taken back stay so: staff may not call or text until they are given anew.
    """
    with transaction.atomic():
        if not services.is_opted_out(phone=phone):
            return False
        OptOut.objects.create(phone=phone, channel="sms", words=mask(words)[:300], back=True)
        Conversation.objects.filter(text_number=phone).update(paused=False)
    return True


def opt_outs() -> list[dict[str, str]]:
    """Every number that must not be called or texted, one row each, with when, where and in what words."""
    newest = OptOut.objects.values("phone").annotate(newest=Max("pk")).values("newest")
    return [
        {"phone": row.phone, "at": row.at.isoformat(), "channel": row.channel, "words": row.words}
        for row in OptOut.objects.filter(pk__in=newest, back=False)
    ]


def opt_outs_add(*, rows: Iterable[tuple[str, str]], channel: str) -> int:
    """Takes over (number, words) pairs from elsewhere; numbers already opted out stay as they are. How many are new."""
    added = 0
    with transaction.atomic():
        for phone, words in rows:
            if not services.is_opted_out(phone=phone):
                services.opt_out_record(phone=phone, channel=channel, words=words)
                added += 1
    return added


# ------------------------------------------------------------------ texts that we begin


def thread(*, conversation: Conversation, phone: str | None = None) -> send_policy.Thread:
    """What is on record about texting the person of a conversation, at the number they gave or at `phone`."""
    contact = Contact.objects.filter(conversation=conversation).first()
    if phone is None:
        phone = (contact.phone if contact else "") or conversation.text_number
    consent = ConsentRecord.objects.filter(conversation_ref=conversation.pk, kind="contact").last()
    begun = OutboundSms.objects.filter(to=phone, kind__in=send_policy.FIRM_INITIATED).exclude(status=OutboundSms.Status.DROPPED)
    last_word = InboundSms.objects.filter(phone=phone).order_by("-at").values_list("at", flat=True).first()
    if last_word is not None:
        begun = begun.filter(created_at__gt=last_word)
    return send_policy.Thread(
        phone=phone,
        state=_home(conversation),
        opted_out=bool(phone) and services.is_opted_out(phone=phone),
        consented=consent is not None and consent.given,
        safe=_safe(conversation, contact),
        begun_today=begun.filter(created_at__gt=timezone.now() - timedelta(hours=24)).count(),
        begun=begun.count(),
    )


def _safe(conversation: Conversation, contact: Contact | None) -> bool | None:
    """What the person said of it; where danger at home was told and nothing else, it is not."""
    said = None if contact is None else contact.safe_to_contact
    return False if said is None and conversation.danger else said


def denial_reason(*, case: Case) -> send_policy.DenialReason | None:
    """Why staff may not text the person of a case now, or None where they may."""
    return send_policy.denial_reason(thread(conversation=case.conversation))


def staff_text(*, case: Case, body: str, bodies: Sequence[str]) -> OutboundSms:
    """Puts staff's own words into the outbox, through the same rules as everything else; the first text of it.

    `bodies` is what `body` becomes as texts. Raises TextRefused.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=case.conversation_id)
        on_record = thread(conversation=conversation)
        reason = send_policy.denial_reason(on_record)
        if reason is not None:
            raise TextRefused(reason)
        if conversation.text_number != on_record.phone:
            # What they answer by text belongs to this case.
            Conversation.objects.filter(text_number=on_record.phone).update(text_number="")
            conversation.text_number = on_record.phone
            conversation.save(update_fields=["text_number", "last_at"])
        message = services.message_by_staff(conversation_id=conversation.pk, text=mask(body))
        texts = [_put(conversation, message, on_record.phone, mask(one), "staff", prompted_at=None) for one in bodies]
    return texts[0]


def reminders_due(*, now: datetime) -> list[Conversation]:
    """Conversations by text that stopped in the middle, whose person agreed to be reminded, and who were not yet."""
    rested = Conversation.objects.filter(
        ~Q(text_number=""),
        erased_at=None,
        crisis=False,
        danger=False,
        paused=False,
        last_at__lte=now - send_policy.REMIND_AFTER,
        last_at__gte=now - send_policy.REMIND_BEFORE,
    ).exclude(texts__kind=OutboundSms.Kind.REMINDER)
    return [conversation for conversation in rested if _wants_reminder(conversation) and _is_open_question(conversation)]


def _wants_reminder(conversation: Conversation) -> bool:
    last = ConsentRecord.objects.filter(phone=conversation.text_number, kind__in=("automated", "reminder")).last()
    on_record = thread(conversation=conversation, phone=conversation.text_number)
    return (
        last is not None
        and last.given
        and send_policy.still_allowed("reminder", on_record)
        and not send_policy.frequency_cap(on_record)
    )


def _is_open_question(conversation: Conversation) -> bool:
    """Whether the assistant asked last, and nobody answered."""
    last = Message.objects.filter(conversation=conversation).last()
    if last is None or last.direction != Message.Direction.OUT:
        return False
    asked = services.last_asked(conversation_id=conversation.pk)
    return asked is not None and asked not in ("anything_else", "idle")


def reminder_put(*, conversation: Conversation, body: str) -> None:
    """Puts the one reminder into the outbox, in hours."""
    with transaction.atomic():
        locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if not OutboundSms.objects.filter(conversation=locked, kind=OutboundSms.Kind.REMINDER).exists():
            _put(locked, None, locked.text_number, body, "reminder", prompted_at=None)


# ------------------------------------------------------------------ going on on the web


def link_make(*, conversation_id: str) -> str:
    """A code that opens this conversation on the web once, within half an hour: random letters and a signature of them."""
    code = "".join(secrets.choice(LINK_LETTERS) for _ in range(LINK_LENGTH))
    signed = f"{code}{_signature(code)}"
    WebLink.objects.create(
        digest=_digest(signed), conversation_id=conversation_id, expires_at=timezone.now() + timedelta(minutes=LINK_MINUTES)
    )
    return signed


def link_use(*, code: str) -> str:
    """The conversation that a code opens; the code is spent with it. Raises LinkSpent."""
    if not hmac.compare_digest(code[LINK_LENGTH:].encode(), _signature(code[:LINK_LENGTH]).encode()):
        raise LinkSpent
    now = timezone.now()
    with transaction.atomic():
        link = WebLink.objects.select_for_update().filter(digest=_digest(code), used_at=None, expires_at__gt=now).first()
        if link is None:
            raise LinkSpent
        link.used_at = now
        link.save(update_fields=["used_at"])
    return link.conversation_id


def _signature(code: str) -> str:
    """Ten letters of HMAC-SHA256 (RFC 2104) over the code, so that what we did not make is turned away unseen."""
    digest = hmac.new(secret_key.secret_key().encode(), f"link:{code}".encode(), hashlib.sha256).digest()
    return "".join(LINK_LETTERS[byte % len(LINK_LETTERS)] for byte in digest[:LINK_LENGTH])


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
