"""Opt-out detection: whether a message revokes consent to be texted or called, in whatever words.

A person may take consent back in any reasonable way; "stop", "quit", "end", "revoke", "opt out", "cancel" and "unsubscribe"
always count, and other words count where a reasonable person would read them so: 47 CFR 64.1200(a)(10). What is to be
stopped makes the difference: "stop the texts" is for us, "stop the foreclosure" and "stop the bank from calling me" are not.
The words stand in data/opt_out.yml.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from leeward.nlu.normalization import (
    fold,
    plain_words,
    reveal_disguised_letters,
    shorten_stretched_letters,
    strip_apostrophes,
    strip_invisible,
    strip_punctuation,
)
from leeward.nlu.signatures import strip_signature

_FILE: Final = Path(__file__).with_name("data") / "opt_out.yml"
_SENTENCE_END: Final = re.compile(r"[.!?;,\n]+|\s[-–—]+\s")
_CLAUSE_END: Final = re.compile(r"\s*(?:,|;|:|\s[-–—]+\s|[–—])\s*")
_FULL_STOP: Final = re.compile(r"[.!?\n]+")
_END_OF_SENTENCE: Final = re.compile(r"[.!;\n]+")
_ABOUT_CONTACT: Final = re.compile(
    r"\b(call\w*|text\w*|messag\w*|contact\w*|e ?mail\w*|list|number|unsubscribe|revoke|opt ?out|"
    r"llam\w*|mensaj\w*|escrib\w*|lista|numero)\b"
)
_MOST_CHARACTERS: Final = 1_600
_SIGNS: Final = str.maketrans({"🛑": " stop ", "#": " number "})
# "S T O P", "s.t.o.p", "a-l-t-o": single letters in a row, three or more.
_SPELLED: Final = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .*_/·-]{1,2}[^\W\d_]){2,}(?![^\W_])")
_NEGATED: Final = re.compile(r"\b(?:no|dont|not|never|nunca)\b")
_NO_LETTER: Final = re.compile(r"[\W\d_]+")
# A telephone number or an email address, as one word that the patterns of data/opt_out.yml can name.
_NEW_WAY: Final = re.compile(r"\+?\(?\d[\d\s().-]{5,}\d|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NEW_WAY: Final = " newway "


@dataclass(frozen=True)
class _Words:
    """data/opt_out.yml as patterns."""

    keywords: frozenset[str]
    in_a_sentence: frozenset[str]
    ends_a_sentence: frozenset[str]
    ambiguous: frozenset[str]
    fillers: frozenset[str]
    spelling: dict[str, str]
    requests: re.Pattern[str]
    direct: re.Pattern[str]
    others: re.Pattern[str]
    instead: re.Pattern[str]
    other_number: re.Pattern[str]
    spares_number: re.Pattern[str]
    not_requests: re.Pattern[str]


def opts_out(text: str, *, closing: bool = False) -> bool:
    """Whether a text message means that we must stop writing and calling (47 CFR 64.1200(a)(10)).

    `closing` says that we have just asked whether there is anything else, so that "no more" is only an answer.
    """
    return _opts_out_by_keyword(text, closing=closing) or (not closing and is_stop(text))


def is_stop(text: str) -> bool:
    """Whether a message, or one of its sentences, means stop: "stop", "No. Leave me alone.", but not "stop the foreclosure"."""
    meant = _meant(text)
    if _said_once(meant) in _lists()["stop_alone"] or asks_no_contact(text):
        return True
    sentences = (meant, *_END_OF_SENTENCE.split(meant))
    return any(_said_once(sentence) in _lists()["stop"] or _ends_in_stop(sentence) for sentence in sentences)


def revokes_contact(text: str) -> bool:
    """Whether a stop is about being called, texted or contacted, and not only about this chat (47 CFR 64.1200(a)(10))."""
    return asks_no_contact(text) or (is_stop(text) and _ABOUT_CONTACT.search(plain_words(_meant(text))) is not None)


@functools.lru_cache(maxsize=256)
def _meant(text: str) -> str:
    """The message as it was meant: without signature and invisible characters, folded, spelled and disguised words whole.

    Its punctuation and lines stay. A telephone number or an address in it becomes the word NEW_WAY.
    """
    visible = strip_signature(strip_invisible(text[:_MOST_CHARACTERS]).translate(_SIGNS))
    named = _NEW_WAY.sub(NEW_WAY, visible)
    folded = reveal_disguised_letters(fold(named))
    return _SPELLED.sub(lambda match: _NO_LETTER.sub("", match.group()), folded)


def _said_once(text: str) -> str:
    """Plain words without immediate repetition: "stop stop STOP" is "stop"."""
    return " ".join(word for word, _ in itertools.groupby(plain_words(text).split()))


def _opts_out_by_keyword(text: str, *, closing: bool) -> bool:
    meant = _meant(text)
    kernels = _kernels(meant)
    # "Quit 🛑" and "stop, wrong number" are two stops in one.
    others = {" ".join(word for word in kernel.split() if word != "stop") for kernel in kernels}
    if (kernels | others) & _words().keywords:
        return True
    if kernels & _words().ambiguous:
        return not closing
    sentences = (meant, *_FULL_STOP.split(meant))
    if any(_kernels(sentence) & _words().in_a_sentence or _ends_in_stop(sentence) for sentence in sentences):
        return True
    return asks_no_contact(text)


def _ends_in_stop(sentence: str) -> bool:
    """Whether a sentence that is no question ends, after a comma or a dash, in nothing but a stop: "not interested, stop"."""
    *_, last = _CLAUSE_END.split(sentence)
    return last != sentence and bool(_kernels(last) & _words().ends_a_sentence)


def _kernels(text: str) -> set[str]:
    """The distinct words of a text in order ("stop stop" is "stop"), with and without filler words."""
    words = _plain(text).split()
    core = [word for word in words if word not in _words().fillers]
    return {" ".join(dict.fromkeys(these)) for these in (words, core)}


def asks_no_contact(text: str) -> bool:
    """Whether a message, or a sentence of it, asks not to be texted, written to or called by us, and says so in words."""
    known = _words()
    meant = _meant(text)
    whole = _plain(meant)
    if known.instead.search(whole) or known.other_number.search(whole):
        return False
    for sentence in (whole, *map(_plain, _SENTENCE_END.split(meant))):
        if known.not_requests.search(sentence) or known.spares_number.search(sentence):
            continue
        if known.direct.search(sentence) or (known.requests.search(sentence) and not known.others.search(sentence)):
            return True
    return False


def spares_number(text: str) -> bool:
    """Whether a message asks us to leave one of the person's numbers alone ("it's my work number, don't call me there")."""
    return _words().spares_number.search(_plain(_meant(text))) is not None


def is_start(text: str) -> bool:
    """Whether a text asks to be texted again after a stop."""
    said = _plain(_meant(text))
    return bool(_kernels(said) & _lists()["start"]) and not _NEGATED.search(said)


def is_help(text: str) -> bool:
    """Whether a text is the keyword HELP, which carriers want answered with the sender's name and contact (CTIA)."""
    return bool(_kernels(_meant(text)) & _lists()["help"])


def is_new_person(text: str) -> bool:
    """Whether another person at the same phone asks to begin anew."""
    return _plain(text) in _lists()["new"]


def means_this_number(text: str) -> bool:
    """Whether an answer to "what number?" means the phone that it is texted from."""
    return _plain(text) in _lists()["this_number"]


def asks_link(text: str) -> bool:
    """Whether a text asks for a link, to go on on the web."""
    return _plain(text) in _lists()["link"]


def asks_reminder(text: str) -> bool:
    """Whether a text asks to be reminded later."""
    return _plain(text) in _lists()["remind"]


@functools.cache
def _lists() -> dict[str, frozenset[str]]:
    values: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    respelled = ("start", "help", "new", "link", "remind", "this_number")
    lists = {name: frozenset(map(_plain, values[name])) for name in respelled}
    return {**lists, **{name: frozenset(map(plain_words, values[name])) for name in ("stop", "stop_alone")}}


@functools.cache
def _words() -> _Words:
    values: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    parts = {name: _any_of(words) for name, words in values["parts"].items()}

    def pattern(name: str) -> re.Pattern[str]:
        return re.compile("|".join(rf"\b(?:{line.format(**parts)})\b" for line in values[name]))

    return _Words(
        keywords=frozenset(values["keywords"]),
        in_a_sentence=frozenset(values["in_a_sentence"]),
        ends_a_sentence=frozenset(values["ends_a_sentence"]),
        ambiguous=frozenset(values["ambiguous"]),
        fillers=frozenset(values["fillers"]),
        spelling=values["spelling"],
        requests=pattern("requests"),
        direct=pattern("direct"),
        others=pattern("others"),
        instead=pattern("instead"),
        other_number=pattern("other_number"),
        spares_number=pattern("spares_number"),
        not_requests=pattern("not_requests"),
    )


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(word.strip() for word in words.split('|'))})"


@functools.lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """The words in the form of the patterns: plain words, stretched letters once, signs as words, abbreviations expanded."""
    folded = fold(strip_apostrophes(text[:_MOST_CHARACTERS].translate(_SIGNS)))
    words = strip_punctuation(shorten_stretched_letters(folded)).split()
    return " ".join(_words().spelling.get(word, word) for word in words)
