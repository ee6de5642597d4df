"""`leeward up`, `chat` and `sms`: the commands that start an assistant or talk to one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from leeward.cli.common import WRONG_USAGE, JsonlFlag, check_language, fail, open_records, print_to_stderr

if TYPE_CHECKING:
    from leeward.ops.instance import Running
    from leeward.ops.ports import Ports
    from leeward.ops.supervisor import ProcessGroup


def up(
    no_desk: Annotated[bool, typer.Option("--no-desk", help="Start without the staff desk.")] = False,
    new_records: Annotated[bool, typer.Option("--new-records", help="Begin anew where the records are gone.")] = False,
) -> None:
    """Train if needed, start everything, and print where to click. Ctrl-C stops it."""
    from leeward.core.firm import FirmFileError, firm
    from leeward.ops import instance, supervisor
    from leeward.ops.ports import Ports
    from leeward.ops.twilio_config import TwilioSettings

    try:
        details = firm()
        ports = Ports.configured()
        texting = TwilioSettings.from_environment()
    except (FirmFileError, ValueError) as error:
        fail(str(error))
    supervisor.end_on_signals()
    try:
        with instance.sole():
            _fail_if_a_port_is_taken(ports)
            with started(ports, desk=not no_desk, say=typer.echo, begin_anew=new_records) as (running, parts):
                running.save()
                typer.echo(f"\n{details.name} is ready.")
                _print_addresses(running)
                if texting:
                    sender = texting.number or texting.service
                    typer.echo(f"  Texts:      {sender}; Twilio reaches us at {texting.public_url}/sms/twilio")
                typer.echo("\nCtrl-C stops everything.")
                with contextlib.suppress(KeyboardInterrupt):
                    supervisor.keep_running(parts, typer.echo)
                typer.echo("\nStopping …")
    except instance.AlreadyRunning as error:
        fail(str(error))
    except KeyboardInterrupt:
        typer.echo("\nStopped.")


def _fail_if_a_port_is_taken(ports: Ports) -> None:
    from leeward.ops.ports import is_taken

    for what, port in (("chat", ports.chat), ("desk", ports.desk)):
        if is_taken(port):
            variable = f"LEEWARD_{what.upper()}_PORT"
            fail(f"Port {port} is taken, so the {what} cannot start; stop what uses it, or set {variable} to another port.")


def _print_addresses(running: Running) -> None:
    from leeward.records import bootstrap

    typer.echo(f"  Chat page:  {running.chat}")
    if running.desk is None:
        return
    # Made only once all is up, so that a password is never made and then not shown.
    login = bootstrap.desk_first_login()
    typer.echo(f"  Staff desk: {running.desk}")
    if login:
        typer.echo(f"  First staff login, shown only now:  {login[0]}  {login[1]}")


@contextlib.contextmanager
def started(
    ports: Ports, *, desk: bool, say: Callable[[str], None], begin_anew: bool = False
) -> Iterator[tuple[Running, ProcessGroup]]:
    """An assistant on these ports, trained if needed, stopped at the end; fails with one line where it does not start.

    `begin_anew` is as for `open_records`.
    """
    from leeward.ops import supervisor

    open_records(begin_anew=begin_anew)
    try:
        supervisor.ensure_trained(say)
        with supervisor.running(ports, desk=desk, say=say) as running_and_parts:
            yield running_and_parts
    except supervisor.StartFailed as error:
        fail(str(error))


def chat(
    lang: Annotated[str | None, typer.Option("--lang", help="en or es.")] = None,
    jsonl: JsonlFlag = False,
) -> None:
    """Talk to the assistant in the terminal. Uses the running server, or starts its own."""
    from leeward.devtools import chat_client

    check_language(lang)
    with _running_or_started() as url:
        try:
            chat_client.talk(url, language=lang or "en", jsonl=jsonl)
        except chat_client.ServerGone as error:
            fail(str(error))


@contextlib.contextmanager
def _running_or_started() -> Iterator[str]:
    """The address of the running assistant; where there is none, one of our own for as long as it is needed."""
    from leeward.ops import instance
    from leeward.ops.ports import Ports

    already = instance.Running.load()
    if already:
        yield already.chat
        return
    with started(Ports.free(), desk=False, say=print_to_stderr) as (running, _):
        yield running.chat


def sms(
    number: Annotated[str, typer.Option("--number", help="The phone's number, as +13125550142.")] = "+13125550142",
    jsonl: JsonlFlag = False,
) -> None:
    """Text with the assistant from a phone in the terminal. Needs no account; nothing leaves this machine."""
    from leeward.devtools import sms_client
    from leeward.devtools.fake_twilio import FakeTwilio
    from leeward.ops.ports import Ports

    _check_phone_number(number)
    ports = Ports.free()
    twilio = FakeTwilio()
    url = f"http://127.0.0.1:{ports.chat}"
    os.environ.update(twilio.environment(url))
    try:
        with started(ports, desk=False, say=print_to_stderr):
            sms_client.talk(sms_client.Phone(twilio, url, number, _is_settled), jsonl=jsonl)
    except sms_client.NoAnswer as error:
        fail(str(error))
    finally:
        twilio.close()


def _check_phone_number(number: str) -> None:
    from leeward.core.phone import is_e164

    if not is_e164(number):
        fail(f"{number!r} is no phone number; write it as +13125550142.", WRONG_USAGE)


def _is_settled(sid: str) -> bool:
    from leeward.records import outbox

    return outbox.is_settled(sid=sid)
