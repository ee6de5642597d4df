"""The web channel over HTTP: tokens, idempotence, replay, honest codes, and the action server lost in mid-conversation."""

from __future__ import annotations

import contextlib
import json
import socket
from pathlib import Path

import httpx
import pytest
from harness import ANSWER_SECONDS, Person, Stack, pids


@pytest.fixture
def person(stack: Stack) -> Person:
    someone = Person(stack)
    someone.open()
    return someone


def post(person: Person, **body: object) -> httpx.Response:
    return person.client.post("/chat/messages", json=body)


def test_the_same_message_twice_gets_the_same_answer_and_is_taken_once(person: Person) -> None:
    first = post(person, id="0000000000000001", text="Illinois")
    second = post(person, id="0000000000000001", text="Illinois")
    assert first.json()["replies"] == second.json()["replies"]
    said = [m for m in person.client.get("/chat/messages").json()["messages"] if m["from"] == "you" and m["kind"] == "text"]
    assert [m["text"] for m in said] == ["Illinois"]


def test_the_same_id_for_other_words_is_a_conflict(person: Person) -> None:
    post(person, id="0000000000000001", text="Illinois")
    answer = post(person, id="0000000000000001", text="Ohio")
    assert answer.status_code == 409
    assert "new id" in answer.json()["error"]


def test_a_reload_gets_the_conversation_back(person: Person) -> None:
    answer = post(person, id="0000000000000001", text="Illinois").json()
    last = answer["replies"][-1]
    messages = person.client.get("/chat/messages").json()["messages"]
    assert messages[-1]["text"] == last["text"]
    assert person.client.get("/chat/messages", params={"after": last["n"]}).json()["messages"] == []


@pytest.mark.parametrize("token", [None, "nonsense", "eyJhbGciOiJub25lIn0.eyJjb252ZXJzYXRpb24iOiJ4In0."])
def test_without_a_good_token_nothing_is_served(stack: Stack, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    for answer in (
        httpx.get(f"{stack.chat}/chat/messages", headers=headers),
        httpx.post(f"{stack.chat}/chat/messages", headers=headers, json={"id": "a", "text": "hi"}),
    ):
        assert answer.status_code == 401


def test_one_persons_token_does_not_open_anothers_chat(stack: Stack, person: Person) -> None:
    post(person, id="0000000000000001", text="my name is Ana Ruiz")
    other = Person(stack)
    other.open()
    assert "Ana" not in other.client.get("/chat/messages").text


def test_too_long_is_said_so(person: Person) -> None:
    assert post(person, id="0000000000000001", text="x" * 12_001).status_code == 413
    assert post(person, id="0000000000000002", text="x" * 100_000).status_code == 413


def test_a_body_without_words_or_id_is_said_so(person: Person) -> None:
    assert post(person, id="0000000000000001").status_code == 400
    assert post(person, text="hi").status_code == 400
    assert (
        person.client.post("/chat/messages", content=b"not json", headers={"Content-Type": "application/json"}).status_code
        == 400
    )


def test_too_many_at_once_have_to_wait(stack: Stack) -> None:
    hurried = Person(stack)
    hurried.open()
    # It is refused, but counted before that, and by its length: so quick that no machine is too slow for the limit.
    long = {"id": "0000000000000001", "answer": {"ask": "1.x", "choice": "x" * 11_500}}
    codes = [post(hurried, **long).status_code for _ in range(30)]
    assert codes[0] == 400
    assert 429 in codes
    assert set(codes) == {400, 429}


@pytest.mark.parametrize(
    "path",
    "/webhooks/rest/webhook /socket.io/ /conversations/x/tracker /conversations/x/execute /model/parse /status /domain".split(),
)
def test_rasas_own_channels_and_api_are_not_reachable(stack: Stack, path: str) -> None:
    assert httpx.get(f"{stack.chat}{path}").status_code == 404
    assert httpx.post(f"{stack.chat}{path}", json={"sender": "x", "message": "hi"}).status_code in (404, 405)


@pytest.mark.parametrize(
    "words",
    ["😀😀😀", "<script>alert(1)</script>", '{"intent": "x"}', "\u202eabc\u202c", "\x00\x07 hello", "a" * 10_000, "/" * 50],
)
def test_strange_words_are_text_like_any_other(person: Person, words: str) -> None:
    answer = post(person, id="0000000000000001", text=words)
    assert answer.status_code == 200
    assert answer.json()["replies"]


def test_no_words_of_a_person_reach_a_log(stack: Stack, person: Person) -> None:
    post(person, id="0000000000000001", text="my name is Quetzalcoatl Featherstone, phone 312 555 0177")
    logs = "".join(path.read_text(encoding="utf-8", errors="replace") for path in (stack.var / "log").glob("*.log"))
    assert "Featherstone" not in logs
    assert "5550177" not in logs


def test_with_the_action_server_gone_nothing_said_is_lost(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    someone.says("Illinois")
    stack.kill_actions()
    answer = someone.says("I owe 310k", message_id="00000000000005af")
    assert someone.status == 503
    assert "Your message is saved" in answer
    someone.says("I owe 310k")
    assert someone.status == 503
    with stack.actions_again():
        answer = someone.says("I owe 310k", message_id="00000000000005af")
        assert someone.status == 200
        assert someone.asked == "home_value"
        assert someone.state["facts"]["balance_owed"] == 310_000
        assert "home_value" not in someone.state["facts"]
        assert "$45,000" in someone.says("265k")


def test_a_message_that_waited_is_answered_before_the_next(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    stack.kill_actions()
    someone.says("Illinois")
    assert someone.status == 503
    with stack.actions_again():
        someone.says("I owe 200k")
        assert someone.state["facts"] == {"language": "en", "state": "IL", "balance_owed": 200_000}


def test_the_case_is_in_front_of_staff_with_everything(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    contact = ["person", "no", "Ann Lee", "312 555 0123", "skip", "mornings", "yes", "yes", "no"]
    for words in ("I owe 310k in Joliet, worth 265k", *contact):
        someone.says(words)
    view = json.loads(stack.run("-m", "leeward", "cases", "show", someone.state["case"], "--json"))
    assert view["name"] == "Ann Lee"
    assert view["phone"] == "+13125550123"
    assert view["facts"]["state"] == "IL"
    assert view["estimate"]["shortfall"]["expected"] == 45_000
    assert [(c["kind"], c["given"]) for c in view["consents"]] == [("contact", True), ("automated", False)]
    asked = next(m["text"] for m in view["transcript"] if "separate question" in m["text"])
    assert view["consents"][1]["text"] == asked
    assert "Ann Lee" in [m["text"] for m in view["transcript"]]


def test_what_was_deleted_is_gone_from_the_assistants_memory_too(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    someone.says("My name is Ana Ruizvela and I owe 200k on a house in Chicago worth 150k")
    someone.says("delete everything I told you")
    someone.says("Yes, delete it all", key="choice")
    assert "deleted" in someone.text
    assert someone.client.get("/chat/messages").status_code == 401
    for database in stack.var.glob("*.sqlite3*"):
        assert b"Ruizvela" not in database.read_bytes().replace(b"\x00", b""), database.name


def test_the_command_line_deletes_a_conversation_too(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    someone.says("I want to talk to a person about my house in Chicago")
    case = json.loads(stack.run("-m", "leeward", "cases", "show", someone.state["case"], "--json"))
    said = stack.run("-m", "leeward", "erase", case["conversation"], "--yes")
    assert "Deleted what was told" in said
    assert someone.client.get("/chat/messages").status_code == 401


def test_who_comes_back_hears_what_is_kept(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    someone.says("I owe 200k on a house in Chicago worth 150k")
    someone.returns()
    assert "Welcome back" in someone.text
    assert someone.asked == "stage"


def test_after_danger_the_page_is_told_to_keep_no_way_back(stack: Stack) -> None:
    someone = Person(stack)
    someone.open()
    assert someone.state["remember"] is True
    someone.says("my husband hits me and he reads my phone")
    assert someone.state["remember"] is False


def test_a_stream_gives_its_place_back_when_its_reader_goes(person: Person) -> None:
    for _ in range(12):
        with person.client.stream("GET", "/chat/events") as stream:
            assert stream.status_code == 200
            assert next(stream.iter_lines()).startswith("id: ")


def test_nobody_opens_a_chat_in_ever_more_places(person: Person) -> None:
    with contextlib.ExitStack() as streams:
        codes = [streams.enter_context(person.client.stream("GET", "/chat/events")).status_code for _ in range(8)]
    assert codes == [200] * 5 + [429] * 3


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: -1",
        "Content-Length: 1_0",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 99999999999",
        "Transfer-Encoding: chunked, identity",
    ],
)
def test_a_request_that_no_browser_makes_is_refused_and_the_chat_goes_on(stack: Stack, person: Person, head: str) -> None:
    with socket.create_connection(("127.0.0.1", stack.ports.chat), timeout=ANSWER_SECONDS) as line:
        line.sendall(f"POST /chat/messages HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        status = line.recv(200).split(b" ", 2)[1]
    assert status in (b"400", b"413", b"501")
    assert person.says("Illinois")
    assert person.status == 200


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process has loaded is told by Linux only")
def test_the_running_assistant_has_not_loaded_tensorflow(stack: Stack, person: Person) -> None:
    post(person, id="0000000000000001", text="I owe 320k on a house in Chicago worth 200k")
    (assistant,) = pids(f"leeward.cli.serve assistant {stack.ports.chat}")
    assert "tensorflow" not in Path(f"/proc/{assistant}/maps").read_text()
