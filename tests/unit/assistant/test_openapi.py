"""docs/openapi.yaml describes the web channel as it is: every route, every failure, every field."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from asgiref.sync import async_to_sync
from openapi_spec_validator import validate_spec
from sanic import Sanic

from leeward.assistant.channels import chat_token, event_streams, gate, limits, web
from leeward.ops.paths import PROJECT
from leeward.records.models import Conversation, Message
from leeward.records.services import conversations, messages
from leeward.records.services.messages import Reply

DOCUMENT: dict[str, Any] = yaml.safe_load((PROJECT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
METHODS = {"get", "post", "put", "patch", "delete"}


def documented_routes() -> set[tuple[str, str]]:
    return {(method, path) for path, item in DOCUMENT["paths"].items() for method in METHODS & set(item)}


def served_routes() -> set[tuple[str, str]]:
    async def nobody(message: object) -> None:
        """No message is handled here."""

    app = Sanic("routes_of_the_web_channel")
    app.blueprint(web.WebChannel().blueprint(nobody))
    return {
        (method.lower(), "/" + route.path.replace("<", "{").replace(":str>", "}"))
        for route in app.router.routes
        for method in route.methods
    }


def operations() -> Iterator[dict[str, Any]]:
    for item in DOCUMENT["paths"].values():
        yield from (item[method] for method in METHODS & set(item))


def refusals() -> set[str]:
    """The status of each `Refused(status, …)` in the channel and what it is made of."""
    modules = (event_streams, gate, limits, web)
    trees = [ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")) for module in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused"]
    return {ast.unparse(call.args[0]) for call in calls}


def check(value: Any, schema: str) -> None:
    """Raises ValidationError where a value is not what the document says, or has a field that it does not name."""
    resolver = jsonschema.RefResolver.from_schema(DOCUMENT)
    jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{schema}"}, resolver=resolver).validate(value)


def properties(schema: str) -> set[str]:
    return set(DOCUMENT["components"]["schemas"][schema]["properties"])


@pytest.fixture
def conversation(transactional_db: None) -> Conversation:
    """Something said and answered, something said that waits, and a word of staff."""
    begun = conversations.conversation_start(channel="web", language="en")
    asked, _ = messages.message_receive(conversation_id=begun.id, key="a", text="Illinois", kind="text", language=None)
    estimate = Reply(text="You may owe.", buttons=[], card={"kind": "estimate", "tier": "low"}, asked=None, response="say_x")
    question = Reply(
        text="Where do things stand?",
        buttons=[{"title": "The court ruled", "payload": "/x"}],
        card=None,
        asked="stage",
        response="utter_ask_stage",
    )
    messages.message_answer(message_id=asked.id, replies=[estimate, question])
    messages.message_receive(conversation_id=begun.id, key="b", text="and?", kind="choice", language="es")
    Message.objects.create(conversation=begun, n=9, direction=Message.Direction.STAFF, text="I can call at 3.", status="")
    return begun


def test_the_document_is_openapi() -> None:
    validate_spec(DOCUMENT)


def test_every_route_is_documented_and_every_documented_route_is_served() -> None:
    assert documented_routes() == served_routes()


def test_every_refusal_is_documented_and_every_documented_failure_can_happen() -> None:
    failures = {status for operation in operations() for status in operation["responses"] if status >= "400"}
    # 404 is a file that is not there, 503 a turn or a database that fails.
    assert failures == refusals() | {"404", "503"}


def test_who_needs_a_token_is_told_what_happens_without_one() -> None:
    assert all(("401" in operation["responses"]) == ("security" in operation) for operation in operations())


def test_whoever_must_wait_is_told_how_long() -> None:
    answers = DOCUMENT["components"]["responses"]
    assert {name for name, answer in answers.items() if "Retry-After" in answer.get("headers", {})} == {"TooMany", "NotNow"}


def test_a_transcript_is_as_documented(conversation: Conversation) -> None:
    view = async_to_sync(web._transcript)(conversation.id, 0)
    check(view, "Transcript")
    check(async_to_sync(web._transcript)(conversation.id, 0, opens=True), "OpenedTranscript")
    assert [message["from"] for message in view["messages"]] == ["you", "assistant", "assistant", "you", "staff"]
    assert set(view) == properties("State") | {"messages"}


def test_an_answer_is_as_documented(conversation: Conversation) -> None:
    message = Message.objects.get(key="a")
    replies = [web._reply_json(conversation.id, row) for row in messages.replies_to(message_id=message.pk)]
    state = web._state(*web._where_it_stands(conversation.id))
    for token in ({}, {"token": web._token(conversation).encode()}):
        check({"id": "a", "replies": replies, **token, **state}, "Answer")
    assert set(replies[0]) == properties("Outgoing")
    assert replies[0]["ask"] is None
    assert replies[1]["ask"]["choices"] == ["The court ruled"]
    assert gate.ask_number(conversation.id, replies[1]["ask"]["id"]) == replies[1]["n"]


def test_what_lacks_a_documented_field_is_found() -> None:
    with pytest.raises(jsonschema.ValidationError, match="'asked' is a required property"):
        check({"n": 1, "text": "", "buttons": [], "card": None, "ask": None}, "Outgoing")


def test_the_limits_are_those_of_the_channel() -> None:
    said = DOCUMENT["components"]["schemas"]["Said"]["properties"]
    assert said["text"]["maxLength"] == said["answer"]["properties"]["choice"]["maxLength"] == gate.LONGEST_MESSAGE
    assert f"{gate.LARGEST_BODY:,} bytes" in DOCUMENT["info"]["description"]
    assert tuple(DOCUMENT["components"]["schemas"]["Language"]["enum"]) == gate.LANGUAGES
    assert (
        f"{chat_token.LIFE.days} days, or {chat_token.LIFE_IN_DANGER.seconds // 3600} hours" in DOCUMENT["info"]["description"]
    )


@pytest.mark.parametrize(
    ("path", "method", "told"),
    [
        ("/chat/sessions", "post", f"{limits.BY_ADDRESS['opening'].burst} conversations at once"),
        ("/chat/sessions", "post", f"{limits.BY_ADDRESS['opening'].per_second} more a second"),
        ("/chat/messages", "post", f"{limits.BY_CHAT['writing'].burst} messages at once"),
        ("/chat/messages", "post", f"{limits.BY_CHAT['writing'].per_second} more a second"),
        ("/chat/messages", "post", f"each {limits.CHARACTERS_OF_ONE_USE:,} characters"),
        ("/chat/events", "get", f"{event_streams.MOST_OF_ONE_CHAT} streams, an address {event_streams.MOST_OF_ONE_ADDRESS}"),
        ("/chat/events", "get", f"every {event_streams.STILL_HERE_SECONDS:.0f} seconds"),
    ],
)
def test_the_limits_that_are_told_are_those_that_are_kept(path: str, method: str, told: str) -> None:
    assert told in DOCUMENT["paths"][path][method]["description"]


def test_every_route_can_be_asked_too_often() -> None:
    assert all("429" in operation["responses"] for operation in operations())


def test_every_body_must_be_json() -> None:
    assert all(("415" in operation["responses"]) == ("requestBody" in operation) for operation in operations())


@pytest.mark.parametrize(
    ("body", "is_served"),
    [
        ({"id": "6f2c0b5e9d", "text": "hi", "seen": 7, "language": "es"}, True),
        ({"id": "6f2c0b5e-9d", "answer": {"ask": "7.0123456789abcdef", "choice": "Yes"}}, True),
        ({"id": "6f2c0b5e9d", "answer": {"choice": "Yes"}}, True),
        ({"id": "a", "text": "hi"}, False),
        ({"id": "SM_hello_there", "text": "hi"}, False),
        ({"id": "6f2c0b5e9d"}, False),
        ({"id": "6f2c0b5e9d", "answer": {"ask": "7.0123456789abcdef"}}, False),
        ({"id": "6f2c0b5e9d", "text": "hi", "seen": -1}, False),
    ],
)
def test_what_the_document_lets_a_person_send_the_gate_takes_and_nothing_else(body: dict[str, Any], is_served: bool) -> None:
    try:
        check(body, "Said")
        documented = True
    except jsonschema.ValidationError:
        documented = False
    try:
        gate.inbound_of(body)
        taken = True
    except gate.Refused:
        taken = False
    assert (documented, taken) == (is_served, is_served)


def test_a_message_of_each_kind_is_documented() -> None:
    then = DOCUMENT["components"]["schemas"]["Message"]["then"]["properties"]
    assert set(then["status"]["enum"]) == set(Message.Status.values)
