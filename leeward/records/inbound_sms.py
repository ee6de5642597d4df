"""Writing the texts that come in: each once, in the conversation of the number (E.164) that it came from."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from leeward.records.models import Case, Conversation, InboundSms, Message, OutboundSms
from leeward.records.services import conversations, messages
from leeward.records.services.messages import ReceivedMessage

# The kinds of message that come by text.
KINDS: Final = ("sms", "media")
WELCOME: Final = "utter_welcome"


def receive_sms(*, sid: str, phone: str, text: str, media: bool, language: str) -> ReceivedMessage | None:
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


def _taken(sid: str, phone: str, text: str, media: bool, language: str) -> ReceivedMessage:
    with transaction.atomic():
        InboundSms.objects.create(sid=sid, phone=phone)
        conversation = conversation_of(phone=phone) or _first_conversation(phone=phone, language=language)
        message, _ = messages.message_receive(
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
    unsent = (OutboundSms.Status.WAITING, OutboundSms.Status.SENDING)
    waiting = OutboundSms.objects.filter(conversation=conversation, status__in=unsent).values("message")
    said = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT)
    first_unsent = said.filter(answers__in=waiting).order_by("n").first()
    if first_unsent is not None:
        said = said.filter(n__lt=first_unsent.n)
    last = said.order_by("-n").first()
    return 0 if last is None else last.n


def conversation_of(*, phone: str) -> Conversation | None:
    """The conversation that a text from this number goes on with, if there is one."""
    return _open(phone).order_by("-last_at").first()


def _open(phone: str) -> QuerySet[Conversation]:
    since = timezone.now() - timedelta(days=conversations.OPEN_DAYS)
    return Conversation.objects.filter(text_number=phone, erased_at=None, last_at__gte=since)


def _first_conversation(*, phone: str, language: str) -> Conversation:
    """A new conversation for a number that had none open.

    One that another request began a moment ago keeps the number: the constraint on it then refuses this one. Raises
    IntegrityError.
    """
    Conversation.objects.filter(text_number=phone).exclude(pk__in=_open(phone).values("pk")).update(text_number="")
    return Conversation.objects.create(channel="sms", language=language, text_number=phone)


def conversation_begin(*, phone: str, language: str) -> Conversation:
    """A new conversation by text. Who had the number before is let go: another person may hold the phone now."""
    Conversation.objects.filter(text_number=phone).update(text_number="")
    return Conversation.objects.create(channel="sms", language=language, text_number=phone)


def conversation_hand_over(*, message_id: int, phone: str, language: str) -> ReceivedMessage:
    """A message that asks for a new start goes to a new conversation, which keeps nothing of the one before."""
    with transaction.atomic():
        fresh = conversation_begin(phone=phone, language=language)
        message = Message.objects.get(pk=message_id)
        _move(message, fresh)
    return ReceivedMessage.of(message)


def phone_of(*, key: str) -> str:
    """The number that the text of this key (Twilio's id) came from."""
    return InboundSms.objects.get(sid=key).phone


def disclosure_channel(*, conversation_id: str) -> Literal["by_text", "on_the_web", "nowhere"]:
    """Where the disclosure of the automated assistant and of message rates was last given: by text, on the web or nowhere."""
    told = Message.objects.filter(conversation_id=conversation_id, response=WELCOME)
    if told.filter(answers__texts__isnull=False).exists():
        return "by_text"
    return "on_the_web" if told.exists() else "nowhere"


def may_be_read_by_others(*, conversation_id: str, phone: str) -> bool:
    """Whether the person said that this phone is not safe, or that someone at home is dangerous."""
    conversation = Conversation.objects.get(pk=conversation_id)
    unsafe = conversation.facts.get("safe_to_contact") is False
    return conversation.danger or (unsafe and conversation.facts.get("phone", phone) == phone)


def reassign_message(*, message_id: int, phone: str) -> str | None:
    """Moves a message that waits in a conversation which its number has left, and says to which; None where it is at home.

    A number leaves a conversation when someone else takes the phone, when staff text it from a case, or when all is erased.
    """
    with transaction.atomic():
        message = Message.objects.get(pk=message_id)
        here = conversations.conversation_lock(conversation_id=message.conversation_id)
        if here.text_number == phone:
            return None
        home = conversation_of(phone=phone) or conversation_begin(phone=phone, language=here.language)
        _move(message, home)
    return home.pk


def _move(message: Message, conversation: Conversation) -> None:
    """Makes a message the last one of another conversation."""
    message.conversation = conversation
    message.n = messages.next_number(conversation=conversation)
    message.save(update_fields=["conversation", "n"])


def message_for_staff(*, message_id: int) -> None:
    """Leaves a message to staff: it is kept without an answer, and its case is new again."""
    with transaction.atomic():
        message = Message.objects.get(pk=message_id)
        message.status = Message.Status.ANSWERED
        message.answered_at = timezone.now()
        message.save(update_fields=["status", "answered_at"])
        Case.objects.filter(conversation_id=message.conversation_id).update(status=Case.Status.NEW)
