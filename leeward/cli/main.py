"""The leeward command. Everything here is for people too; `--json` and `--jsonl` are stable (docs/cli.md).

Exit codes: 0 done, 1 the answer is an error that the user can mend (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, NoReturn, Optional

import typer

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

app = typer.Typer(
    help="Leeward, an intake assistant for a consumer-law firm.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
law_app = typer.Typer(help="The law of each state, as data.", no_args_is_help=True)
cases_app = typer.Typer(help="The cases that staff see.", no_args_is_help=True)
app.add_typer(law_app, name="law")
app.add_typer(cases_app, name="cases")
optouts_app = typer.Typer(help="Numbers that must not be called or texted.", no_args_is_help=True)
app.add_typer(optouts_app, name="optouts")
bench_app = typer.Typer(help="Measure what Leeward does.", no_args_is_help=True)
app.add_typer(bench_app, name="bench")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JsonlFlag = Annotated[bool, typer.Option("--jsonl", help="One JSON a line, in and out.")]


def fail(sentence: str, code: int = 1) -> NoReturn:
    """Ends the command with one line on stderr."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


# ------------------------------------------------------------------ running


@app.command()
def up(
    no_desk: Annotated[bool, typer.Option("--no-desk", help="Start without the staff desk.")] = False,
) -> None:
    """Train if needed, start everything, and print where to click. Ctrl-C stops it."""
    from leeward import records
    from leeward.core.firm import FirmFileError, firm
    from leeward.ops import instance, supervisor
    from leeward.ops.ports import Ports, is_taken
    from leeward.ops.twilio_config import TwilioSettings
    from leeward.records import bootstrap

    try:
        details = firm()
        ports = Ports.configured()
        texting = TwilioSettings.from_environment()
    except (FirmFileError, ValueError) as error:
        fail(str(error))
    for what, port in (("chat", ports.chat), ("desk", ports.desk)):
        if is_taken(port):
            variable = f"LEEWARD_{what.upper()}_PORT"
            fail(f"Port {port} is taken, so the {what} cannot start; stop what uses it, or set {variable} to another port.")
    say = typer.echo
    supervisor.end_on_signals()
    records.setup()
    bootstrap.migrate()
    try:
        supervisor.ensure_trained(say)
        with supervisor.running(ports, desk=not no_desk, say=say) as (running, parts):
            running.note()
            # Made only once all is up, so that a password is never made and then not shown.
            login = None if no_desk else bootstrap.desk_first_login()
            say(f"\n{details.name} is ready.\n  Chat page:  {running.chat}")
            if running.desk:
                say(f"  Staff desk: {running.desk}")
            if login:
                say(f"  First staff login, shown only now:  {login[0]}  {login[1]}")
            if texting:
                say(f"  Texts:      {texting.number or texting.service}; Twilio reaches us at {texting.public_url}/sms/twilio")
            say("\nCtrl-C stops everything.")
            with contextlib.suppress(KeyboardInterrupt):
                supervisor.keep_running(parts, say)
            say("\nStopping …")
    except supervisor.StartFailed as error:
        fail(str(error))
    except KeyboardInterrupt:
        say("\nStopped.")
    finally:
        instance.Running.forget()


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train even if a model for the present data exists.")] = False,
    nlu: Annotated[bool, typer.Option("--nlu", help="Only what `read` and `bench reading` need, in a second or so.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="With --nlu: again whenever data/nlu is saved, until Ctrl-C.")] = False,
) -> None:
    """Train a model on the present data, unless there is one."""
    from leeward.ops import instance, model_files

    if watch and not nlu:
        fail("--watch goes with --nlu: leeward train --nlu --watch", 2)
    if nlu:
        _train_topics(watch=watch)
        return
    target = model_files.model_file()
    if target.exists() and not force:
        typer.echo(f"{target.name} already fits the present data.")
        return
    os.environ.update(instance.environment())
    from leeward.assistant import training

    training.train(target)
    typer.echo(f"Trained {target.name}.")


def _train_topics(*, watch: bool) -> None:
    from leeward.devtools import inspection
    from leeward.nlu.intent_classifier import ExamplesUnread

    def tell(lines: int, seconds: float) -> None:
        typer.echo(f"Trained the topics on {lines} lines in {seconds:.2f} s; `leeward read` uses them now.")

    try:
        tell(*inspection.train_topics())
    except ExamplesUnread as error:
        fail(str(error), 2)
    if not watch:
        return
    typer.echo("Waiting for changes in data/nlu; Ctrl-C ends it.")
    for trained in inspection.train_topics_again_and_again():
        if isinstance(trained, ExamplesUnread):
            typer.echo(str(trained), err=True)
        else:
            tell(*trained)


@app.command()
def chat(
    lang: Annotated[Optional[str], typer.Option("--lang", help="en or es.")] = None,
    jsonl: JsonlFlag = False,
) -> None:
    """Talk to the assistant in the terminal. Uses the running server, or starts its own."""
    from leeward.devtools import chat_client

    if lang not in (None, "en", "es"):
        fail(f"There is no language {lang!r}; use en or es.", 2)
    with _server() as url:
        try:
            chat_client.talk(url, language=lang or "en", jsonl=jsonl)
        except chat_client.ServerGone as error:
            fail(str(error))


@app.command()
def sms(
    number: Annotated[str, typer.Option("--number", help="The phone's number, as +13125550142.")] = "+13125550142",
    jsonl: JsonlFlag = False,
) -> None:
    """Text with the assistant from a phone in the terminal. Needs no account; nothing leaves this machine."""
    import phonenumbers

    from leeward import records
    from leeward.devtools import sms_client
    from leeward.devtools.fake_twilio import FakeTwilio
    from leeward.ops import supervisor
    from leeward.ops.ports import Ports

    try:
        if not phonenumbers.is_possible_number(phonenumbers.parse(number)):
            raise ValueError
    except (phonenumbers.NumberParseException, ValueError):
        fail(f"{number!r} is no phone number; write it as +13125550142.", 2)
    ports = Ports.free()
    twilio = FakeTwilio()
    url = f"http://127.0.0.1:{ports.chat}"
    os.environ.update(twilio.environment(url))
    records.setup()
    from leeward.records import bootstrap, outbox

    def is_settled(sid: str) -> bool:
        return outbox.is_settled(sid=sid)

    bootstrap.migrate()
    try:
        supervisor.ensure_trained(_say)
        with supervisor.running(ports, desk=False, say=_say):
            sms_client.talk(sms_client.Phone(twilio, url, number, is_settled), jsonl=jsonl)
    except (supervisor.StartFailed, sms_client.NoAnswer) as error:
        fail(str(error))
    finally:
        twilio.close()


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """The address of the running assistant; where there is none, one of our own for as long as it is needed."""
    from leeward import records
    from leeward.ops import instance, supervisor
    from leeward.ops.ports import Ports
    from leeward.records import bootstrap

    noted = instance.Running.noted()
    if noted:
        yield noted.chat
        return

    def say(line: str) -> None:
        typer.echo(line, err=True)

    records.setup()
    bootstrap.migrate()
    try:
        supervisor.ensure_trained(say)
        with supervisor.running(Ports.free(), desk=False, say=say) as (running, _):
            yield running.chat
    except supervisor.StartFailed as error:
        fail(str(error))


# ------------------------------------------------------------------ understanding and estimating


@app.command()
def read(
    text: Annotated[Optional[str], typer.Argument(help="What someone wrote.")] = None,
    asked: Annotated[Optional[str], typer.Option("--asked", help="The fact just asked for.")] = None,
    on: Annotated[Optional[str], typer.Option("--on", help="Today, as YYYY-MM-DD, for words like “tomorrow”.")] = None,
    jsonl: JsonlFlag = False,
) -> None:
    """Say what the assistant understands of a text, without a conversation."""
    from leeward.devtools import inspection

    if jsonl:
        for line in sys.stdin:
            if line.strip():
                typer.echo(json.dumps(_read_line(line), ensure_ascii=False))
        return
    if text is None:
        fail("Give a text to read, or --jsonl with one JSON a line on stdin.", 2)
    _print_json(inspection.understand(text, asked=_fact(asked), on=_day(on)))


def _read_line(line: str) -> dict[str, Any]:
    from leeward.devtools import inspection

    try:
        fields = json.loads(line)
    except ValueError:
        fail(f"This line is not JSON: {line.strip()[:60]}", 2)
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        fail('Each line needs a "text".', 2)
    read_as = inspection.understand(fields["text"], asked=_fact(fields.get("asked")), on=_day(fields.get("on")))
    return {**fields, **read_as}


def _fact(name: str | None) -> str | None:
    from leeward.core.facts import SPECS
    from leeward.dialogue.policy import OWN_QUESTIONS

    if name is not None and name not in SPECS and name not in OWN_QUESTIONS:
        fail(f"There is no fact named {name!r}; the names are {', '.join(SPECS)}.", 2)
    return name


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{text!r} is no date; write it as YYYY-MM-DD.", 2)


@app.command()
def estimate(
    state: Annotated[str, typer.Option("--state", help="Two letters, such as IL.")],
    owed: Annotated[Optional[str], typer.Option("--owed", help="Owed on the first mortgage, USD.")] = None,
    worth: Annotated[Optional[str], typer.Option("--worth", help="What the home is worth, USD.")] = None,
    purpose: Annotated[Optional[str], typer.Option("--purpose", help="purchase, refinance or home_equity.")] = None,
    second_lien: Annotated[Optional[str], typer.Option("--second-lien", help="Owed on all junior liens, USD.")] = None,
    occupancy: Annotated[
        Optional[str], typer.Option("--occupancy", help="home, rental, second_home, vacant, inherited.")
    ] = None,
    loan_type: Annotated[Optional[str], typer.Option("--loan-type", help="conventional, fha, va, usda, private.")] = None,
    units: Annotated[Optional[int], typer.Option("--units", help="How many units the building has.")] = None,
    process: Annotated[Optional[str], typer.Option("--process", help="Only judicial or nonjudicial.")] = None,
    holds: Annotated[
        Optional[list[str]], typer.Option("--holds", help="A named condition of the law file that holds; may be repeated.")
    ] = None,
    fails: Annotated[
        Optional[list[str]], typer.Option("--fails", help="A named condition that does not hold; may be repeated.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Estimate what a lender could come after someone for."""
    from leeward import law
    from leeward.assessment.deficiency import estimate as estimate_of
    from leeward.core.facts import Facts
    from leeward.devtools import inspection

    code = state.strip().upper()
    if code not in law.codes():
        fail(f"There is no state {state!r}; use two letters, such as IL.", 2)
    if process not in (None, "judicial", "nonjudicial"):
        fail(f"There is no process {process!r}; use judicial or nonjudicial.", 2)
    amounts = {
        "--owed": ("balance_owed", owed),
        "--worth": ("home_value", worth),
        "--second-lien": ("second_lien", second_lien),
    }
    facts = Facts().learn("state", code)
    for option, (name, amount) in amounts.items():
        if amount is not None:
            facts = facts.learn(name, _dollars(amount, option))
    try:
        for name, value in {"loan_purpose": purpose, "occupancy": occupancy, "loan_type": loan_type, "units": units}.items():
            if value is not None:
                facts = facts.learn(name, value)
    except ValueError as error:
        fail(f"{error}.", 2)
    circumstances = {**dict.fromkeys(holds or (), True), **dict.fromkeys(fails or (), False)}
    for slug in circumstances:
        if slug not in law.jurisdiction(code).circumstances:
            known = ", ".join(law.jurisdiction(code).circumstances) or "none"
            fail(f"The law of {code} names no condition {slug!r}; it names: {known}.", 2)
    result = estimate_of(facts, on=date.today(), circumstances=circumstances)
    if as_json:
        _print_json(inspection.estimate_json(result, process))
    else:
        typer.echo(inspection.estimate_text(result, facts, process))


def _dollars(text: str, option: str) -> Decimal:
    cleaned = text.strip().removeprefix("$").replace(",", "")
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        fail(f"{option} is {text!r}, which is no amount; write dollars in digits, such as 450000.", 2)
    if not amount.is_finite() or amount < 0:
        fail(f"{option} is {text!r}; an amount cannot be negative or endless. Write dollars in digits, such as 450000.", 2)
    return amount


@app.command()
def erase(
    conversation: Annotated[str, typer.Argument(help="The conversation's id, as `cases show` prints it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Delete what a person told us: words, facts, contact and case. Permissions and opt-outs are kept."""
    from leeward import records
    from leeward.ops import instance

    os.environ.update(instance.environment())
    records.setup()
    from leeward.records import services

    if not yes and not typer.confirm(f"Delete everything told in conversation {conversation}? This cannot be undone."):
        fail("Nothing was deleted.")
    try:
        services.conversation_erase(conversation_id=conversation, request_id="leeward erase")
    except services.ConversationMissing:
        fail(f"There is no conversation {conversation!r}; `leeward cases show N` prints the id.")
    typer.echo(f"Deleted what was told in {conversation}. Permissions and opt-outs stay.")


# ------------------------------------------------------------------ measuring


@bench_app.command("reading")
def bench_reading(
    files: Annotated[list[Path], typer.Argument(help="JSON lines with `labels` or `expect`; see docs/testing.md.")],
    alone: Annotated[bool, typer.Option("--alone", help="Without Rasa's default pipeline (DIET) beside it.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="Also print what was not understood.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Score what is understood of labelled messages, beside Rasa's default pipeline trained on the same data."""
    from dataclasses import asdict

    from leeward.devtools import bench_reading

    try:
        lines = [line for path in files for line in bench_reading.read_lines(path)]
    except bench_reading.BenchFileError as error:
        fail(str(error), 2)
    columns = [bench_reading.score("Leeward", lines, _understand)]
    if not alone:
        from leeward.devtools import bench_diet

        with bench_diet.trained() as understand_by_diet:
            columns.append(bench_reading.score("DIET", lines, understand_by_diet, facts=False))
    if misses:
        for miss in bench_reading.misses(lines, _understand):
            typer.echo(miss)
    if as_json:
        _print_json([asdict(scores) for scores in columns])
    else:
        typer.echo(bench_reading.table(columns))


@bench_app.command("conversation")
def bench_conversation(
    people: Annotated[int, typer.Option("--people", help="How many simulated people talk.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="The first person's number; the same number talks the same way.")] = 1,
) -> None:
    """Let simulated people talk to an assistant started for it, and say how many get through, and in how many turns."""
    import tempfile

    from leeward.devtools import bench_conversation
    from leeward.ops import instance, supervisor
    from leeward.ops.ports import Ports

    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEEWARD_VAR"] = folder
        ports = Ports.free()
        os.environ.update(instance.environment())
        from leeward import records

        records.setup()
        from leeward.records import bootstrap

        bootstrap.migrate()
        supervisor.ensure_trained(_say)
        try:
            with supervisor.running(ports, desk=False, say=_say) as (running, _):
                talks = bench_conversation.run(running.chat, range(seed, seed + people))
        except supervisor.StartFailed as error:
            fail(str(error))
    for trouble in bench_conversation.troubles(talks):
        typer.echo(trouble)
    typer.echo(bench_conversation.table(talks))


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _understand(text: str, asked: Optional[str], on: date) -> dict[str, Any]:
    from leeward.devtools import inspection

    return inspection.understand(text, asked=asked, on=on)


# ------------------------------------------------------------------ the law


@law_app.command("show")
def law_show(
    code: Annotated[str, typer.Argument(help="Two letters, such as IL.")],
    lang: Annotated[str, typer.Option("--lang", help="en or es.")] = "en",
) -> None:
    """Print one state's law, as a lawyer would read and sign it."""
    from leeward import law
    from leeward.law import report

    if code.upper() not in law.codes():
        fail(f"There is no state {code!r}; use two letters, such as IL.", 2)
    if lang not in ("en", "es"):
        fail(f"There is no language {lang!r}; use en or es.", 2)
    typer.echo(report.show(law.jurisdiction(code.upper()), "es" if lang == "es" else "en"))


@law_app.command("check")
def law_check(as_json: JsonFlag = False) -> None:
    """Report faults in the law files, and list all that no lawyer has reviewed or that is of low confidence."""
    from leeward.law import check

    findings = [*check.shared_findings(on=date.today()), *check.findings(on=date.today())]
    faults = [finding for finding in findings if finding.is_fault]
    if as_json:
        _print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            typer.echo(str(finding))
        typer.echo(f"{len(faults)} faults, {len(findings) - len(faults)} points for a lawyer to check.")
    if faults:
        raise typer.Exit(1)


@law_app.command("table")
def law_table(as_json: JsonFlag = False) -> None:
    """Print one row a jurisdiction."""
    from leeward.law import report

    if as_json:
        _print_json([row.to_json() for row in report.table()])
    else:
        typer.echo(report.table_text())


@law_app.command("map")
def law_map(
    to: Annotated[Optional[Path], typer.Option("--to", help="A file; without it, standard output.")] = None,
) -> None:
    """Draw the jurisdictions as tiles, by what follows for a loan that bought the home its owner lives in."""
    from leeward.assessment import state_map

    picture = state_map.svg(on=date.today())
    if to is None:
        typer.echo(picture)
        return
    try:
        to.write_text(picture, encoding="utf-8")
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror}.")
    typer.echo(f"Drawn: {to}")


# ------------------------------------------------------------------ cases


def _today() -> date:
    """Today where the firm is."""
    from zoneinfo import ZoneInfo

    from leeward.core.firm import firm

    return datetime.now(ZoneInfo(firm().timezone)).date()


def _records() -> Any:
    from leeward import records
    from leeward.records import bootstrap

    records.setup()
    bootstrap.migrate()
    from leeward.records import selectors

    return selectors


@cases_app.command("list")
def cases_list(as_json: JsonFlag = False) -> None:
    """The cases, most urgent first."""
    rows = _records().case_rows(on=_today())
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        name, contact = row["name"] or "(no name)", f"may contact: {row['may_contact']}"
        typer.echo(f"{row['case']}  tier {row['tier']}  {row['status']:<8} {name}  {contact}  {row['reasons']}")
    if not rows:
        typer.echo("There are no cases yet.")


@cases_app.command("show")
def cases_show(case: Annotated[str, typer.Argument(help="The case's number.")], as_json: JsonFlag = False) -> None:
    """One case with its facts, consents and transcript."""
    found = _records().case_view(case, on=_today())
    if found is None:
        fail(f"There is no case {case}; `leeward cases list` shows them.")
    if as_json:
        _print_json(found)
        return
    for key in ("case", "conversation", "status", "triage", "facts", "estimate", "contact", "consents"):
        typer.echo(f"{key}: {json.dumps(found[key], ensure_ascii=False)}")
    for message in found["transcript"]:
        typer.echo(f"  {message['at']}  {message['from']}: {message['text']}")


@cases_app.command("export")
def cases_export(
    to: Annotated[Optional[Path], typer.Option("--to", help="A file; without it, standard output.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """All cases as CSV, one row each (or JSON with everything)."""
    selectors = _records()
    rows = selectors.case_rows(on=_today())
    try:
        out = to.open("w", encoding="utf-8", newline="") if to else sys.stdout
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror}.")
    with out if to else contextlib.nullcontext(out):
        if as_json:
            json.dump([selectors.case_view(row["case"], on=_today()) for row in rows], out, ensure_ascii=False, indent=2)
            out.write("\n")
            return
        writer = csv.DictWriter(out, fieldnames=selectors.CASE_ROW_FIELDS)
        writer.writeheader()
        writer.writerows({key: _csv_safe(value) for key, value in row.items()} for row in rows)


def _csv_safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is made text (OWASP, CSV injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


# ------------------------------------------------------------------ opt-outs


@optouts_app.command("export")
def optouts_export(
    to: Annotated[Optional[Path], typer.Option("--to", help="A file; without it, standard output.")] = None,
) -> None:
    """Every number that must not be called or texted, as CSV."""
    _records()
    from leeward.records import outbox

    try:
        out = to.open("w", encoding="utf-8", newline="") if to else sys.stdout
    except OSError as error:
        fail(f"{to} cannot be written: {error.strerror}.")
    with out if to else contextlib.nullcontext(out):
        writer = csv.DictWriter(out, fieldnames=("phone", "at", "channel", "words"))
        writer.writeheader()
        # A number begins with a plus, which is no formula here: it is the column's form.
        writer.writerows({**row, "words": _csv_safe(row["words"])} for row in outbox.opt_outs())


@optouts_app.command("import")
def optouts_import(
    file: Annotated[Path, typer.Argument(help="CSV with a column `phone`, and `words` if there are any.")],
) -> None:
    """Take over numbers that asked another list to stop. Nothing is taken over where one of them cannot be read."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            rows = [
                (_number_in(row, line), row.get("words") or "imported") for line, row in enumerate(csv.DictReader(source), 2)
            ]
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8 text; save it as CSV UTF-8 and import again.")
    _records()
    from leeward.records import outbox

    typer.echo(f"{outbox.opt_outs_add(rows=rows, channel='import')} of {len(rows)} numbers were new.")


def _number_in(row: dict[str, str], line: int) -> str:
    """The number of one row, as E.164."""
    import phonenumbers

    if "phone" not in row:
        fail("The file needs a first line with a column named phone.", 2)
    try:
        number = phonenumbers.parse((row["phone"] or "").strip().lstrip("'"), "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        fail(f"Line {line}: {row['phone']!r} is no phone number. Mend it and import again; nothing was taken over.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


# ------------------------------------------------------------------ health


@app.command()
def doctor() -> None:
    """Check that everything Leeward needs is in place, and say what to do about what is not."""
    from leeward.cli import doctor

    checks = doctor.checks()
    for check in checks:
        typer.echo(f"{'ok ' if check.ok else 'NO '} {check.what}: {check.found}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def main() -> None:
    """The command's entry point."""
    app()


if __name__ == "__main__":
    main()
