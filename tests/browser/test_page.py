"""The chat page and the desk in a real browser: by keyboard, on a phone's width, after a reload, and without a server."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator

import httpx
import pytest
from harness import Stack, Texter, until
from playwright.sync_api import Browser, Page, expect, sync_playwright

FIRST_LOGIN = (
    "from leeward import records; records.setup()\nfrom leeward.records import bootstrap; print(*bootstrap.desk_first_login())"
)
PHONE = {"width": 360, "height": 740}
# In milliseconds: how long a test waits for what must come. A busy machine is no fault.
ANSWER = 120_000
expect.set_options(timeout=ANSWER)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync".split()
        started = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=flags)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="en-US")
    opened = context.new_page()
    opened.goto(stack.chat)
    expect(opened.get_by_role("log")).to_contain_text("Which state is the home in?")
    yield opened
    context.close()


def say(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.keyboard.press("Enter")


def test_a_conversation_by_keyboard_on_a_phone(page: Page) -> None:
    say(page, "I owe 600k on my house in Chicago and it is worth 450k")
    log = page.get_by_role("log")
    expect(log).to_contain_text("$150,000")
    expect(log).to_contain_text("may pursue you")
    button = page.get_by_role("button", name="I've missed payments")
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(log).to_contain_text("another loan on the home")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_reload_brings_the_conversation_back(page: Page) -> None:
    say(page, "Illinois")
    expect(page.get_by_role("log")).to_contain_text("About how much is still owed")
    page.reload()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Illinois")
    expect(log).to_contain_text("About how much is still owed")
    expect(page.get_by_role("button", name="I don't know")).to_be_visible()


def test_another_visit_is_asked_before_anything_is_shown(page: Page, stack: Stack) -> None:
    say(page, "I owe 600k on my house in Chicago and it is worth 450k")
    expect(page.get_by_role("log")).to_contain_text("$150,000")
    later = page.context.new_page()
    later.goto(stack.chat)
    log = later.get_by_role("log")
    expect(log).to_contain_text("begun on this device")
    expect(log).not_to_contain_text("$150,000")
    later.get_by_role("button", name="Go on with it").click()
    expect(log).to_contain_text("Welcome back")
    expect(log).to_contain_text("$150,000")


def test_someone_else_on_the_same_device_begins_a_chat_of_their_own(page: Page, stack: Stack) -> None:
    say(page, "I owe 600k on my house in Chicago and it is worth 450k")
    expect(page.get_by_role("log")).to_contain_text("$150,000")
    later = page.context.new_page()
    later.goto(stack.chat)
    later.get_by_role("button", name="Start a new chat").click(timeout=ANSWER)
    log = later.get_by_role("log")
    expect(log).to_contain_text("Which state is the home in?")
    expect(log).not_to_contain_text("$150,000")


def test_a_lost_connection_keeps_the_words_and_sends_them_later(page: Page) -> None:
    page.context.set_offline(True)
    say(page, "Illinois")
    expect(page.get_by_role("alert")).to_contain_text("No connection")
    page.context.set_offline(False)
    expect(page.get_by_role("log")).to_contain_text("About how much is still owed")
    assert page.locator("#log li.you").count() == 1


def test_the_page_speaks_spanish(page: Page) -> None:
    page.locator("nav").get_by_role("button", name="Español").click()
    expect(page.get_by_role("log")).to_contain_text("está la casa?")
    expect(page.get_by_label("Su mensaje")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_what_a_person_writes_is_shown_as_text(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)>")
    expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#log img").count() == 0


def test_nothing_is_loaded_from_elsewhere_or_blocked(browser: Browser, stack: Stack) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(stack.chat)
    expect(page.get_by_role("log")).to_contain_text("Which state")
    assert [url for url in asked if not url.startswith(stack.chat)] == []
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []
    page.close()


def test_staff_log_in_and_read_the_case(page: Page, stack: Stack, browser: Browser) -> None:
    login = stack.run("-c", FIRST_LOGIN).split()
    say(page, "I want to talk to a person about my house in Chicago")
    expect(page.get_by_role("log")).to_contain_text("Do you already have a lawyer")
    desk = browser.new_page()
    desk.goto(stack.desk)
    desk.get_by_label("Name").fill(login[0])
    desk.get_by_label("Password").fill(login[1])
    desk.get_by_role("button", name="Log in").click()
    expect(desk.get_by_role("heading", name=re.compile("Cases, most urgent first"))).to_be_visible()
    desk.locator("h2 a").first.click()
    expect(desk.get_by_role("heading", name="The whole conversation")).to_be_visible()
    expect(desk.locator(".transcript")).to_contain_text("I want to talk to a person about my house in Chicago")
    desk.close()


def test_a_link_that_was_texted_opens_its_conversation_once(stack: Stack, browser: Browser) -> None:
    texter = Texter(stack)
    texter.says("I owe 310k on my house in Joliet")
    link = re.search(r"http://\S+", texter.says("web"))
    assert link
    context = browser.new_context(viewport=PHONE, locale="en-US")
    page = context.new_page()
    page.goto(link[0])
    log = page.get_by_role("log")
    expect(log).to_contain_text("I owe 310k on my house in Joliet")
    # The code does not stay where someone who takes the phone up next could read it.
    expect(page).to_have_url(f"{stack.chat}/")
    say(page, "it is worth 265k")
    expect(log).to_contain_text("$45,000")
    again = browser.new_context(viewport=PHONE, locale="en-US").new_page()
    again.goto(link[0])
    expect(again.get_by_role("log")).to_contain_text("used before")
    expect(again.get_by_role("log")).not_to_contain_text("310k")
    expect(again.get_by_role("log")).to_contain_text("Which state is the home in?")
    context.close()


def token_of(page: Page) -> str:
    return str(page.evaluate("sessionStorage.getItem('token')"))


def opens(stack: Stack, token: str) -> int:
    """What a token is answered with, by whoever holds it."""
    return httpx.get(f"{stack.chat}/chat/messages", headers={"Authorization": f"Bearer {token}"}).status_code


def test_who_leaves_fast_leaves_no_way_back(page: Page, stack: Stack) -> None:
    say(page, "Illinois")
    expect(page.get_by_role("log")).to_contain_text("About how much is still owed")
    token = token_of(page)
    assert opens(stack, token) == 200
    page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="sunny"))
    page.get_by_role("link", name="Leave this page fast").click()
    page.wait_for_url("https://www.weather.gov/**")
    until(lambda: opens(stack, token) == 401)
    later = page.context.new_page()
    later.goto(stack.chat)
    log = later.get_by_role("log")
    expect(log).to_contain_text("Which state is the home in?")
    expect(log).not_to_contain_text("begun on this device")


def test_a_new_chat_ends_the_one_before(page: Page, stack: Stack) -> None:
    token = token_of(page)
    page.get_by_role("button", name="New chat").click()
    until(lambda: opens(stack, token) == 401)
    until(lambda: token_of(page) not in (token, "None"))
    assert opens(stack, token_of(page)) == 200


def test_after_words_of_danger_only_the_page_that_heard_them_goes_on(page: Page, stack: Stack) -> None:
    token = token_of(page)
    say(page, "my husband hits me and he reads my phone")
    log = page.get_by_role("log")
    expect(log).to_contain_text("800-799-7233")
    until(lambda: opens(stack, token) == 401)
    assert page.evaluate("localStorage.getItem('token')") is None
    say(page, "Illinois")
    expect(log).to_contain_text("Illinois")
    expect(page.get_by_role("status")).not_to_contain_text("Sending")
    expect(page.get_by_role("alert")).to_have_text("")
    assert opens(stack, token_of(page)) == 200


def test_words_that_come_too_late_for_their_chat_are_given_back(page: Page, stack: Stack) -> None:
    leaving = {"Authorization": f"Bearer {token_of(page)}"}
    assert httpx.post(f"{stack.chat}/chat/leave", json={}, headers=leaving).status_code == 204
    say(page, "I owe 310k")
    expect(page.get_by_role("status")).to_have_text("This chat has ended. A new one has started.")
    expect(page.get_by_label("Your message")).to_have_value("I owe 310k")


def test_a_chat_whose_time_is_up_by_a_wrong_clock_says_so_and_goes_on_once_it_is_right(page: Page, stack: Stack) -> None:
    def last_was(moment: str) -> None:
        with contextlib.closing(sqlite3.connect(stack.var / "records.sqlite3", timeout=20)) as records, records:
            records.execute("UPDATE records_conversation SET last_at = ?", (moment,))

    last_was("2026-01-01 00:00:00")
    say(page, "Illinois")
    expect(page.get_by_role("alert")).to_contain_text("By our clock, this chat's time is up")
    last_was("2099-01-01 00:00:00")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("log")).to_contain_text("About how much is still owed")
    assert page.locator("#log li.you").count() == 1
