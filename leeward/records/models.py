"""The tables. Only leeward/records knows them: services/, the outbox and its neighbours write, selectors.py reads."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


def _opaque() -> str:
    return uuid.uuid4().hex


class Installation(models.Model):
    """Whose records these are: one row, made with the tables, by which exchanged records are told from the right ones."""

    key = models.CharField(max_length=32, default=_opaque)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pk=1), name="one_installation"),
        ]

    def __str__(self) -> str:
        return self.key


class Conversation(models.Model):
    """One person's conversation on one channel, with what is known from it."""

    id = models.CharField(primary_key=True, max_length=32, default=_opaque, editable=False)
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=2, default="en")
    started_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)
    facts = models.JSONField(default=dict)
    turns = models.JSONField(default=dict)
    clarify = models.JSONField(default=dict)
    estimate = models.JSONField(null=True)
    paused = models.BooleanField(default=False)
    crisis = models.BooleanField(default=False)
    danger = models.BooleanField(default=False)
    wants_person = models.BooleanField(default=False)
    # Counts every turn and every correction by staff, so that a turn which began before one of them is not kept.
    revision = models.PositiveIntegerField(default=0)
    erased_at = models.DateTimeField(null=True)
    # Chat tokens carry the epoch that they were made in: new ones this one, and those before the oldest are refused. Tokens of
    # an older epoch than the new ones' open it only until this moment (None: not at all).
    token_epoch = models.PositiveIntegerField(default=0)
    oldest_token_epoch = models.PositiveIntegerField(default=0)
    old_tokens_until = models.DateTimeField(null=True)
    # The number (E.164) whose texts belong here; empty on the web.
    text_number = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["text_number"], condition=~Q(text_number=""), name="one_thread_a_number")
        ]

    def __str__(self) -> str:
        return self.id


class Message(models.Model):
    """One message of a conversation, in its order. An outbound message answers an inbound one."""

    class Direction(models.TextChoices):
        """Who wrote it."""

        IN = "in"
        OUT = "out"
        STAFF = "staff"

    class Status(models.TextChoices):
        """How far an inbound message has come."""

        WAITING = "waiting"
        ANSWERED = "answered"
        # Said again while the first still waited: it shares the first one's answer.
        REPEATED = "repeated"
        # Could not be handled after several tries: the person was told, staff see it, and the rest goes on.
        SET_ASIDE = "set_aside"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    n = models.PositiveIntegerField()
    key = models.CharField(max_length=100, blank=True)
    direction = models.CharField(max_length=5, choices=Direction)
    kind = models.CharField(max_length=8, default="text")
    text = models.TextField(blank=True)
    masked = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="en")
    status = models.CharField(max_length=9, choices=Status, blank=True)
    tries = models.PositiveIntegerField(default=0)
    # Not before this moment is a message that failed tried again.
    retry_at = models.DateTimeField(null=True)
    # Inbound: the number of the last message that had reached the person when they wrote, if that is known, and of the
    # question whose choice they tapped.
    seen = models.PositiveIntegerField(null=True)
    answers_ask = models.PositiveIntegerField(null=True)
    answers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    buttons = models.JSONField(default=list)
    card = models.JSONField(null=True)
    asked = models.CharField(max_length=40, null=True)
    response = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["n"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "n"], name="message_order"),
            models.UniqueConstraint(fields=["conversation", "key"], condition=Q(direction="in"), name="message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.n}"


class TrackerSnapshot(models.Model):
    """Where the dialogue stands: Rasa's slots beside the facts, and its active loop. History is in the messages."""

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="tracker")
    slots = models.JSONField(default=dict)
    active_loop = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.conversation_id


class Case(models.Model):
    """A conversation that staff should act on, with its urgency."""

    class Status(models.TextChoices):
        """How far staff have come."""

        NEW = "new", "New"
        CALLED = "called", "Called"
        CLOSED = "closed", "Closed"

    number = models.CharField(max_length=12, unique=True)
    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="case")
    opened_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.NEW)
    tier = models.PositiveSmallIntegerField()
    act_by = models.DateField(null=True)
    triage = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.number


class Contact(models.Model):
    """How a person wants to be reached. Phone numbers are E.164."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="contact")
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    email = models.CharField(max_length=254, blank=True)
    contact_by = models.CharField(max_length=8, blank=True)
    best_time = models.CharField(max_length=300, blank=True)
    safe_to_contact = models.BooleanField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.conversation_id


class ConsentRecord(models.Model):
    """One consent given or refused, with the text exactly as it was shown. Never changed or deleted (see the migration)."""

    # Kept even if the conversation is erased, so no foreign key.
    conversation_ref = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=16)
    given = models.BooleanField()
    text = models.TextField()
    version = models.CharField(max_length=40)
    # What the person wrote or tapped in answer, word for word.
    words = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=16)
    # The number (E.164) or email address that it is about; empty where it refuses every way.
    way = models.CharField(max_length=254, blank=True)
    message_key = models.CharField(max_length=100)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["conversation_ref", "kind", "way", "given", "message_key"], name="consent_once_a_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_ref} {self.kind}"


class OptOut(models.Model):
    """A number that must not be called or texted, or (`back`) that asked for texts again, with the words that said so.

    The last row of a number counts. Never changed or deleted.
    """

    phone = models.CharField(max_length=16, db_index=True)
    channel = models.CharField(max_length=16)
    words = models.CharField(max_length=300)
    back = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.phone


class AuditEvent(models.Model):
    """Who of the staff did what to which case. Never changed or deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    action = models.CharField(max_length=40)
    object = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=36)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.object}"


class TokenBucket(models.Model):
    """A token bucket: the share (0 to 1) of its burst that is left to a caller (`value`: who, for what), refilled over time."""

    value = models.CharField(max_length=80, unique=True)
    tokens = models.FloatField(default=1.0)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.value


class InboundSms(models.Model):
    """One text that reached us, by Twilio's id, so that it is taken once however often it is delivered."""

    sid = models.CharField(max_length=64, unique=True)
    # Emptied when the conversation is erased.
    phone = models.CharField(max_length=16, db_index=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sid


class OutboundSms(models.Model):
    """One text to a number, in the outbox until Twilio has it, then with what Twilio reports of it."""

    class Kind(models.TextChoices):
        """Why it is sent, which decides when it may be."""

        REPLY = "reply"
        SAFETY = "safety"
        STOPPED = "stopped"
        HELP = "help"
        STAFF = "staff"
        REMINDER = "reminder"

    class Status(models.TextChoices):
        """How far it has come. Twilio's own words from `queued` on."""

        WAITING = "waiting"
        SENDING = "sending"
        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        UNDELIVERED = "undelivered"
        FAILED = "failed"
        # Never sent: a stop came first, or the phone was no longer safe.
        DROPPED = "dropped"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="texts")
    # The inbound message that it answers, or the staff's own message.
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="texts")
    to = models.CharField(max_length=16, db_index=True)
    body = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind)
    status = models.CharField(max_length=11, choices=Status, default=Status.WAITING, db_index=True)
    not_before = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # The last try may have reached Twilio without our hearing so: ask Twilio before sending again.
    uncertain = models.BooleanField(default=False)
    sid = models.CharField(max_length=64, blank=True, db_index=True)
    error = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"


class WebLink(models.Model):
    """A link that goes on with a conversation on the web, good once and for a short time. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.conversation_id
