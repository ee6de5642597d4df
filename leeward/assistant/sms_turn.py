"""What one text message is answered with: lives first, then the law of texting, then the conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Dict

from rasa.core.agent import Agent

from leeward.assistant.rate_limit import RateLimit
from leeward.assistant.turn_processor import Turn, render_response
from leeward.core.firm import firm
from leeward.core.language import Language
from leeward.nlu import opt_out, safety_rules
from leeward.records import inbound_sms, opt_outs, staff_texts, web_links
from leeward.records.database import db_call, db_read
from leeward.records.services import consents, messages
from leeward.records.services.messages import Reply
from leeward.records.turns import Texts, TurnEnd
from leeward.sms import composer, send_policy
from leeward.sms.segments import to_gsm7

CHANNEL = "sms"
NOT_SAFE = "say_sms_not_safe"
# What repeats someone's affairs; the first is what they asked for.
ASKED_DETAILS = "say_summary"
DETAILS = frozenset({ASKED_DETAILS, "say_summary_for_staff"})
TOO_MANY = "say_sms_too_many"
SAFETY_WORDS = frozenset({"say_crisis", "say_crisis_again", "say_danger"})
ESTIMATE_WORDS = ("say_estimate", "say_standing", "say_if_less")


async def sms_words(agent: Agent, name: str, language: str, **filling: str) -> str:
    """One of the domain's own responses in its words for a text."""
    details = firm()
    filling = {"firm": details.name, "firm_phone": details.phone_display, **filling}
    return await render_response(agent, name, language, CHANNEL, **filling)


class SmsTurn:
    """Answers texts, one turn each. `public_url` is our address for links; `take_up` begins another conversation's turns."""

    def __init__(self, *, public_url: str, take_up: Callable[[str], None]) -> None:
        self._public_url = public_url
        self._take_up = take_up
        # A machine that answers every text, like ours, must not keep us talking for ever.
        self._limit = RateLimit(burst=40, per_second=1 / 60)

    async def answer(self, turn: Turn) -> TurnEnd | None:
        """Decides what a text is handled as. Lives come first, then the law of texting, then the conversation."""
        message, conversation = turn.message, turn.conversation
        phone = await db_read(inbound_sms.phone_of, key=message.key)
        newer = await db_call(inbound_sms.reassign_message, message_id=message.id, phone=phone)
        if newer is not None:
            # Another person has taken the phone over meanwhile: what came after belongs to them.
            self._take_up(newer)
            return None
        opts_out = opt_out.opts_out(message.text, closing=turn.asked == "anything_else")
        in_need = await self._is_in_need(turn, opts_out=opts_out)
        if opts_out and in_need:
            await db_call(opt_outs.opt_out, phone=phone, words=message.text, language=message.language, message_key=message.key)
            return await self._after_stop(turn, phone, in_need=True)
        if opts_out:
            return await self._stop(turn, phone)
        if opt_out.is_help(message.text):
            return await self._reply_with(turn, phone, "say_sms_help", kind="help")
        if await db_read(opt_outs.is_opted_out, phone=phone):
            return await self._after_stop(turn, phone, in_need=in_need)
        if not in_need and await db_read(staff_texts.is_handed_off, conversation_id=conversation):
            return await self._leave_to_staff(turn)
        # A text counts once, however often its turn has to be tried.
        if not in_need and not message.was_tried and not self._limit.allows(phone):
            return await self._too_many(turn, phone)
        if opt_out.is_new_person(message.text) and turn.start.active_loop:
            # Another person at the same phone: nothing of the conversation before is kept with theirs.
            moved = await db_call(
                inbound_sms.conversation_hand_over, message_id=message.id, phone=phone, language=turn.language
            )
            self._take_up(moved.conversation_id)
            return None
        if not message.text:
            return await self._reply_with(turn, phone, "say_sms_no_media")
        if opt_out.asks_reminder(message.text):
            return await self._agree_to_remind(turn, phone)
        if opt_out.asks_link(message.text):
            return await self._give_link(turn, phone, self._public_url)
        return await self._converse(turn, phone)

    async def _is_in_need(self, turn: Turn, *, opts_out: bool) -> bool:
        """Whether a text cries for help or tells of danger. A stop is not doubted for what only sounds like it."""
        text = turn.message.text
        alerts = safety_rules.screen(text)
        if alerts.crisis or alerts.danger or opts_out or not text:
            return bool(alerts.crisis or alerts.danger)
        return bool((await turn.understanding())["intent"]["name"] == "crisis")

    async def _leave_to_staff(self, turn: Turn) -> TurnEnd | None:
        """The assistant says nothing; the message is with staff."""
        await db_call(inbound_sms.message_for_staff, message_id=turn.message.id)
        return None

    async def _too_many(self, turn: Turn, phone: str) -> TurnEnd | None:
        """So many texts in so short a time that a machine may be answering us: a person hears once how to go on."""
        if await db_read(messages.was_said, conversation_id=turn.conversation, response=TOO_MANY):
            return await self._leave_to_staff(turn)
        return await self._reply_with(turn, phone, TOO_MANY)

    async def _give_link(self, turn: Turn, phone: str, public_url: str) -> TurnEnd:
        """A link to go on on the web; not to a phone that someone dangerous may hold, for it opens all that was told."""
        if await db_read(inbound_sms.may_be_read_by_others, conversation_id=turn.conversation, phone=phone):
            return await self._reply_with(turn, phone, NOT_SAFE)
        code = await db_call(web_links.link_make, conversation_id=turn.conversation)
        return await self._reply_with(turn, phone, "say_sms_link", link=f"{public_url}/c/{code}")

    async def _stop(self, turn: Turn, phone: str) -> TurnEnd | None:
        """One confirmation, and only the first time; then silence (47 CFR 64.1200(a)(12))."""
        news = await db_call(
            opt_outs.opt_out, phone=phone, words=turn.message.text, language=turn.message.language, message_key=turn.message.key
        )
        if news:
            return await self._reply_with(turn, phone, "say_sms_stopped", kind="stopped")
        return await self._leave_to_staff(turn)

    async def _after_stop(self, turn: Turn, phone: str, *, in_need: bool) -> TurnEnd | None:
        """Silence, unless they ask to come back, or a life may be in danger (47 CFR 64.1200(f)(4))."""
        if opt_out.is_start(turn.message.text):
            await db_call(opt_outs.opt_back_in, phone=phone, words=turn.message.text)
            return await self._reply_with(turn, phone, "say_sms_started")
        if in_need:
            replies = await turn.run_rasa(channel=CHANNEL)
            said = [reply for reply in replies if reply.response in SAFETY_WORDS]
            return turn.end(said, texts=self._texts(turn, phone, said, kind="safety"))
        return await self._leave_to_staff(turn)

    async def _agree_to_remind(self, turn: Turn, phone: str) -> TurnEnd:
        """Keeps the wish for one reminder, with the words sent and received."""
        words = to_gsm7(await sms_words(turn.agent, "say_sms_reminder_agreed", turn.language))
        await db_call(
            consents.consent_record,
            conversation_id=turn.conversation,
            kind="reminder",
            given=True,
            text=words,
            version="reminder-asked-for",
            words=turn.message.text,
            language=turn.language,
            channel=CHANNEL,
            way=phone,
            message_key=turn.message.key,
        )
        return await self._reply_with(turn, phone, "say_sms_reminder_agreed")

    async def _converse(self, turn: Turn, phone: str) -> TurnEnd:
        """The assistant's own turn; who writes for the first time is told first whom they write to."""
        opening: list[Reply] = []
        said: list[Reply] = []
        text = turn.message.text
        told = await db_read(inbound_sms.disclosure_channel, conversation_id=turn.conversation)
        if told == "nowhere":
            opening = await turn.run_rasa(channel=CHANNEL, opening=True)
            if opt_out.is_new_person(text) or _is_greeting(await turn.understanding()):
                return turn.end(opening, texts=self._texts(turn, phone, opening))
            opening = opening[:1]
        elif told == "on_the_web":
            opening = [await self._reply(turn, inbound_sms.WELCOME, turn.language)]
        choice = composer.parse_numbered_choice(text, [button["title"] for button in turn.buttons])
        if turn.asked == "phone" and opt_out.means_this_number(choice or text):
            choice = phone
        if turn.message.kind == "media":
            said.append(await self._reply(turn, "say_sms_no_media", turn.language))
        said += await turn.run_rasa(channel=CHANNEL, choice=choice)
        if await db_read(inbound_sms.may_be_read_by_others, conversation_id=turn.conversation, phone=phone) or turn.is_unsafe(
            phone
        ):
            said = await self._without_details(turn, said)
        # Help in danger comes before all else, then whom they write to, then the rest.
        help_first = sorted(opening + said, key=lambda reply: reply.response not in SAFETY_WORDS)
        return turn.end(help_first, texts=self._texts(turn, phone, help_first))

    async def _without_details(self, turn: Turn, said: list[Reply]) -> list[Reply]:
        """To a phone that others read: no summary, and once (and to whoever asks for a summary) how to go on safely."""
        kept = [reply for reply in said if reply.response not in DETAILS]
        asked = any(reply.response == ASKED_DETAILS for reply in said)
        if asked or not await db_read(messages.was_said, conversation_id=turn.conversation, response=NOT_SAFE):
            kept.insert(0, await self._reply(turn, NOT_SAFE, turn.language_now))
        return kept

    # ---------------------------------------------------------------- replying

    async def _reply_with(
        self, turn: Turn, phone: str, name: str, *, kind: send_policy.MessageKind = "reply", **filling: str
    ) -> TurnEnd:
        """One of our own sentences, after which the question that stood open stands open still."""
        reply = await self._reply(turn, name, turn.language, **filling)
        open_still = Reply(text=reply.text, buttons=[dict(b) for b in turn.buttons], asked=turn.asked, response=name)
        return turn.end([open_still], texts=Texts([to_gsm7(reply.text)], kind, phone))

    async def _reply(self, turn: Turn, name: str, language: str, **filling: str) -> Reply:
        return Reply(text=await sms_words(turn.agent, name, language, **filling), response=name)

    async def as_texts(self, turn: Turn, replies: Sequence[Reply]) -> Texts:
        return self._texts(turn, await db_read(inbound_sms.phone_of, key=turn.message.key), replies)

    def _texts(self, turn: Turn, phone: str, replies: Sequence[Reply], *, kind: send_policy.MessageKind | None = None) -> Texts:
        """An answer as texts to a phone; the outbox is looked at as soon as they are recorded."""
        language: Language = "es" if turn.language_now == "es" else "en"
        said = [
            composer.OutgoingMessage(reply.text, tuple(b["title"] for b in reply.buttons), _group(reply)) for reply in replies
        ]
        saves_lives = any(reply.response in SAFETY_WORDS for reply in replies)
        return Texts(composer.compose(said, language), kind or ("safety" if saves_lives else "reply"), phone)


def _is_greeting(understood: Dict[str, Any]) -> bool:
    """Whether a first text only says hello, so that the opening is all the answer it needs."""
    reading = understood.get("reading") or {}
    only_hello = not understood["entities"] and not reading.get("clarify") and len(str(understood["text"]).split()) <= 4
    return "greeting" in reading.get("acts", ()) and only_hello


def _group(reply: Reply) -> str:
    if reply.response == inbound_sms.WELCOME:
        return "opening"
    if reply.response in SAFETY_WORDS:
        return "safety"
    return "estimate" if reply.response.startswith(ESTIMATE_WORDS) else ""
