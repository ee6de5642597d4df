"""What the firm keeps no longer is deleted with all that hangs on it; what proves a permission or a stop never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from factories import answer_by_text, consent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.core.firm import Retention
from leeward.records import inbound_sms, opt_outs, retention, web_links
from leeward.records.models import (
    AuditEvent,
    Case,
    ConsentRecord,
    Conversation,
    InboundSms,
    Message,
    OptOut,
    OutboundSms,
    TokenBucket,
    WebLink,
)
from leeward.records.retention import Counts
from leeward.records.services import cases, conversations, staff

pytestmark = pytest.mark.django_db

NOW = timezone.now()
CHICAGO = ZoneInfo("America/Chicago")
KEEP = Retention(conversations=90, closed_cases=365, sessions=30, logs=30)
FOR_EVER = Retention(None, None, None, None)
TRIAGE = {"tier": 3, "label": "", "reasons": [], "clocks": [], "act_by": None}


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def rested(days: float, *, case: str | None = None, case_days: float | None = None) -> Conversation:
    """A conversation whose last message is so old, with a case of that status that last changed so long ago."""
    begun = conversations.conversation_start(channel="web", language="en")
    if case is not None:
        cases.case_open(conversation_id=begun.id, triage=TRIAGE)
        changed = ago(days if case_days is None else case_days)
        Case.objects.filter(conversation=begun).update(status=case, updated_at=changed)
    Conversation.objects.filter(pk=begun.pk).update(last_at=ago(days))
    return begun


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which others were let in, each time."""
    paused: list[float] = []
    monkeypatch.setattr(retention, "sleep", paused.append)
    return paused


def purge(keep: Retention = KEEP) -> Counts:
    """Purges, and checks that exactly what was announced is gone."""
    announced = retention.due(keep=keep, now=NOW)
    assert retention.purge(keep=keep, now=NOW) == announced
    return announced


def is_kept(conversation: Conversation) -> bool:
    return Conversation.objects.filter(pk=conversation.pk).exists()


def test_a_conversation_without_a_case_goes_when_its_time_is_over() -> None:
    over, young = rested(91), rested(89)
    assert purge() == Counts(conversations=1, closed_cases=0, sessions=0)
    assert (is_kept(over), is_kept(young)) == (False, True)


@pytest.mark.parametrize("status", ["new", "called"])
def test_a_case_that_staff_have_not_closed_stays_however_old(status: str) -> None:
    open_case = rested(4000, case=status)
    assert purge() == Counts(0, 0, 0)
    assert is_kept(open_case)


@pytest.mark.parametrize(
    ("days", "case_days", "stays"), [(366, 366, False), (364, 366, True), (366, 364, True), (100, 100, True)]
)
def test_a_closed_case_goes_when_both_its_change_and_its_last_message_are_old(
    days: float, case_days: float, stays: bool
) -> None:
    closed = rested(days, case="closed", case_days=case_days)
    assert purge().closed_cases == (not stays)
    assert is_kept(closed) is stays


@pytest.mark.usefixtures("noon")
def test_with_a_conversation_goes_all_that_hangs_on_it() -> None:
    message = inbound_sms.receive_sms(sid="SM1", phone="+13125550142", text="hi", media=False, language="en")
    assert message is not None
    answer_by_text(message, "Hello.")
    web_links.link_make(conversation_id=message.conversation_id)
    Conversation.objects.update(last_at=ago(91))
    purge()
    kept = [table.objects.count() for table in (Conversation, Message, InboundSms, OutboundSms, WebLink)]
    assert kept == [0, 0, 0, 0, 0]


def test_the_texts_of_those_who_stay_are_not_touched() -> None:
    for sid, phone in (("SM1", "+13125550142"), ("SM2", "+13125550143")):
        inbound_sms.receive_sms(sid=sid, phone=phone, text="hi", media=False, language="en")
    Conversation.objects.filter(text_number="+13125550142").update(last_at=ago(91))
    purge()
    assert list(InboundSms.objects.values_list("sid", flat=True)) == ["SM2"]


def test_stops_consents_and_the_audit_are_never_deleted() -> None:
    over = rested(91)
    consent(over.id)
    Conversation.objects.update(last_at=ago(91))
    opt_outs.opt_out_record(phone="+13125550142", channel="sms", words="stop")
    staff.audit(user=None, action="login", request_id="r1")
    purge(Retention(conversations=1, closed_cases=1, sessions=1, logs=1))
    assert not is_kept(over)
    assert (OptOut.objects.count(), ConsentRecord.objects.count()) == (1, 1)
    assert opt_outs.is_opted_out(phone="+13125550142")
    assert AuditEvent.objects.filter(action="login").exists()


def test_ended_logins_links_and_counts_of_tries_go() -> None:
    for number, days in enumerate((31, 29, -1)):
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=ago(days))
        TokenBucket.objects.create(value=f"login:{number}", updated_at=ago(days))
        link = WebLink.objects.create(digest=str(number), conversation=rested(1), expires_at=ago(days))
        assert link.pk
    assert purge().sessions == 3
    assert list(Session.objects.order_by("pk").values_list("pk", flat=True)) == ["s1", "s2"]
    assert TokenBucket.objects.count() == WebLink.objects.count() == 2


def test_what_has_no_limit_stays_for_ever() -> None:
    rested(4000)
    rested(4000, case="closed")
    Session.objects.create(session_key="s", session_data="", expire_date=ago(4000))
    assert purge(FOR_EVER) == Counts(0, 0, 0)
    assert Conversation.objects.count() == 2


def test_more_than_one_batch_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        rested(91)
    assert purge().conversations == 5


def audited() -> list[str]:
    return list(AuditEvent.objects.filter(action="retention").order_by("pk").values_list("object", flat=True))


def test_each_purge_is_audited_with_how_much_and_no_names() -> None:
    rested(91)
    rested(366, case="closed")
    purge()
    assert audited() == ["1 conversations, 1 cases"]


# ------------------------------------------------------------------ at night


def looked(now: datetime) -> list[str]:
    """What is audited once the worker has looked at that moment."""
    retention.purge_if_due(keep=KEEP, now=now, zone=CHICAGO)
    return audited()


def test_an_installation_that_never_purged_begins_with_the_next_night_and_then_once_a_night() -> None:
    rested(91)
    assert looked(timezone.now()) == ["begins"]
    night = retention.next_night(timezone.now(), CHICAGO)
    assert looked(night - timedelta(seconds=1)) == ["begins"]
    assert Conversation.objects.exists()
    assert looked(night) == ["begins", "1 conversations, 0 cases"]
    # The audit was written now, and the night after has not come.
    assert len(looked(timezone.now())) == 2


def test_a_night_in_which_leeward_did_not_run_is_made_up_for() -> None:
    looked(timezone.now())
    assert looked(timezone.now() + timedelta(days=5)) == ["begins", "0 conversations, 0 cases"]


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_the_next_night_is_the_first_one_after(moment: datetime) -> None:
    night = retention.next_night(moment, CHICAGO)
    assert night.timetz().replace(tzinfo=None) == retention.NIGHT
    # The day on which summer time ends has 25 hours.
    assert timedelta(0) < night.astimezone(UTC) - moment <= timedelta(hours=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.integers(0, 400), max_size=6),
    statuses=st.lists(st.sampled_from([None, "new", "called", "closed"]), min_size=6, max_size=6),
    keep=st.builds(
        Retention,
        conversations=st.none() | st.integers(1, 400),
        closed_cases=st.none() | st.integers(1, 400),
        sessions=st.just(30),
        logs=st.just(30),
    ),
)
def test_exactly_what_is_past_its_own_limit_goes(days: list[int], statuses: list[str | None], keep: Retention) -> None:
    Conversation.objects.all().delete()
    limits = {None: keep.conversations, "closed": keep.closed_cases}
    stays = set()
    # Half a day more than whole days, so that nothing stands on its very limit.
    for age, status in zip(days, statuses, strict=False):
        made = rested(age + 0.5, case=status)
        limit = limits.get(status)
        if limit is None or age < limit:
            stays.add(made.pk)
    purge(keep)
    assert set(Conversation.objects.values_list("pk", flat=True)) == stays


def test_between_small_parts_others_are_let_in(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        rested(91)
        TokenBucket.objects.create(value=f"caller {number}", updated_at=ago(31))
    assert purge() == Counts(conversations=5, closed_cases=0, sessions=5)
    assert pauses == [retention.PAUSE_SECONDS] * 6
