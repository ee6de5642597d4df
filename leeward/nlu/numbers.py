"""Amounts of money in words and digits, English and Spanish: "600k", "half a mil", "doscientos mil", "one eighty".

Only the value is parsed here. What an amount stands for, and whether a bare "310" means thousands, is decided in
leeward.nlu.money_roles.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from rapidfuzz import process as fuzzy
from rapidfuzz.distance import OSA

from leeward.core.spans import Span
from leeward.nlu.number_words import ARTICLES, counts, number_words
from leeward.nlu.number_words import Kind as WordKind

Kind = WordKind | Literal["digits", "other"]

THOUSAND: Final = Decimal(1_000)
MILLION: Final = Decimal(1_000_000)
SHORTEST_MISSPELLED: Final = 5
_GROUPED: Final = r"\d{1,3}(?:[,.]\d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?: 000){1,2}(?!\d)|\d{1,3} \d{3} \d{3}(?!\d)"
_TOKEN: Final = re.compile(
    rf"(?P<dollar>(?:us ?)?\$ ?)?(?P<digits>{_GROUPED}|\d+(?:[.,]\d+)?|\.\d+)"
    r"(?: ?(?P<scale>k|mm?|gs?)(?![a-z0-9'])|(?P<vague>'?s(?![a-z0-9]))|(?P<glued>[a-z]+))?"
    # Hyphens within "twenty-three" and the comma of "one million, two hundred" join.
    r"|(?P<join>(?<=[a-z])-(?=[a-z])|(?<=thousand),(?= [a-z]+ hundred)|(?<=million),(?= [a-z]+))"
    r"|(?P<word>[a-z]+)|(?P<other>\S)"
)
_SHARE: Final = {
    "half": Decimal("0.5"), "medio": Decimal("0.5"), "media": Decimal("0.5"), "1/2": Decimal("0.5"), "quarter": Decimal("0.25"),
    "cuarto": Decimal("0.25"), "1/4": Decimal("0.25"), "three quarters": Decimal("0.75"), "tres cuartos": Decimal("0.75"),
    "3/4": Decimal("0.75"),
}  # fmt: skip
_MILLIONS: Final = r"(?:mil(?! ?\d)|mills?|millions?|millon(?:es)?|m)\b"
# "half a million", "a quarter mil", "un cuarto de millon"
_SHARES: Final = "|".join(sorted(_SHARE, key=len, reverse=True))
_PART: Final = re.compile(rf"(?:\b(?:a|un) )?(?<![\d/])(?P<share>{_SHARES})(?: of)?(?: an?)?(?: de)?(?: un)? {_MILLIONS}")
_LEADS: Final = ARTICLES | counts(3)
# "a million and a half", "2 millones y medio", "two and a half million"
_AND_A_HALF: Final = re.compile(
    rf"\b(?:(?P<lead>\d{{1,2}}|{'|'.join(_LEADS)}) )?(?:{_MILLIONS} (?:and a half|y medio)\b|and a"
    rf" half {_MILLIONS})"
)
# Words after a number that leave it open: "two hundred something", "200 y pico", "three hundreds".
_SOMETHING: Final = re.compile(
    r"[ -]?(?:some ?thin[g']?|something|odd|y pico|y algo|y tantos)\b(?: (?:thousand|k|mil|grand)\b)?"
)
_SPANISH_DIGITS: Final = frozenset("un dos tres cuatro cinco seis siete ocho nueve".split())
# Number words that, on their own, are mostly articles, pronouns or adverbs.
_EVERYDAY: Final = frozenset("one un una uno once".split())


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be money.

    `scaled`: its magnitude is explicit (a suffix, "thousand", thousands separators, or 10,000 and more). `exact`: it is written
    to the cent. `dollar`: it has a dollar sign. `colloquial`: "two fifty", which may be 250, 250,000 or $2.50. `doubtful`: its
    value is ambiguous.
    """

    value: Decimal
    span: Span
    scaled: bool
    dollar: bool = False
    exact: bool = False
    colloquial: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Kind
    value: Decimal
    span: Span
    text: str
    dollar: bool = False
    scale: Decimal | None = None
    grouped: bool = False
    exact: bool = False
    vague: bool = False


def find_amounts(normalized: str, *, spanish: bool | None) -> list[Amount]:
    """All numbers in a normalized text, in order, whether or not they are money.

    `spanish` resolves "mil" after a small number: a thousand in Spanish, short for a million in English; None if the language
    is unknown.
    """
    parts = _parts_of_a_million(normalized)
    found = list(parts)
    tokens = _tokens(normalized)
    start = 0
    while start < len(tokens):
        run = _run(tokens, start)
        if run and not any(_span_of(run).overlaps(amount.span) for amount in parts):
            found.append(_with_doubt(normalized, _read(run, spanish=spanish)))
        start += max(1, len(run))
    return sorted(found, key=lambda amount: amount.span.start)


def _parts_of_a_million(normalized: str) -> list[Amount]:
    found = []
    for match in _AND_A_HALF.finditer(normalized):
        lead = match.group("lead") or "one"
        count = Decimal(lead) if lead.isdigit() else Decimal(_LEADS[lead])
        found.append(Amount((count + Decimal("0.5")) * MILLION, Span(*match.span()), scaled=True))
    for match in _PART.finditer(normalized):
        span = Span(*match.span())
        if not any(span.overlaps(other.span) for other in found):
            found.append(Amount(_SHARE[match.group("share")] * MILLION, span, scaled=True))
    return found


@functools.cache
def _long_number_words() -> list[str]:
    return [word for word in number_words() if len(word) >= SHORTEST_MISSPELLED]


def _tokens(normalized: str) -> list[_Token]:
    return [token for match in _TOKEN.finditer(normalized) if not match.group("join") for token in _tokens_of(match)]


def _tokens_of(match: re.Match[str]) -> list[_Token]:
    digits = match.group("digits")
    if digits:
        return _digit_tokens(match, digits)
    span = Span(*match.span())
    word = match.group("word")
    if word:
        return [
            _Token(kind, value, Span(span.start + start, span.start + end), word[start:end])
            for kind, value, start, end in _meaning(word)
        ]
    return [_Token("other", Decimal(0), span, match.group())]


def _digit_tokens(match: re.Match[str], digits: str) -> list[_Token]:
    scale, glued = match.group("scale"), match.group("glued")
    start = match.start()
    end = match.start("glued") if glued else match.end()
    millions = re.match(r" ?m(?:m?\b|ill)", match.string[match.end("digits") : match.end("digits") + 5]) is not None
    value, grouped = _value_of(digits, millions=millions)
    number = _Token(
        "digits",
        value,
        Span(start, end),
        digits,
        dollar=bool(match.group("dollar")),
        scale=None if not scale else MILLION if scale.startswith("m") else THOUSAND,
        grouped=grouped,
        exact=re.search(r"\d[.,]\d\d$", digits) is not None,
        vague=bool(match.group("vague")),
    )
    if not glued:
        return [number]
    kind, after, _, _ = _meaning(glued)[0]
    if kind == "other" and glued not in ("ish", "plus"):
        # "401k" is read above; "30yr", "2nd" and "1099c" are words, not numbers.
        return [_Token("other", Decimal(0), Span(start, match.end()), match.group())]
    return [number, _Token(kind, after, Span(end, match.end()), glued)]


@functools.lru_cache(maxsize=10_000)
def _meaning(word: str) -> tuple[tuple[Kind, Decimal, int, int], ...]:
    """A word as number words with their stretch in it, also misspelled or run together ("thosand", "twohundred")."""
    known = number_words().get(word)
    if known:
        return ((*known, 0, len(word)),)
    for middle in range(3, len(word) - 2):
        first, second = number_words().get(word[:middle]), number_words().get(word[middle:])
        if first and second and first[0] in ("small", "tens") and second[0] in ("hundred", "thousand", "small"):
            return ((*first, 0, middle), (*second, middle, len(word)))
    close = _misspelled(word)
    return ((*close, 0, len(word)),) if close else (("other", Decimal(0), 0, len(word)),)


def _misspelled(word: str) -> tuple[Kind, Decimal] | None:
    """The number word that a misspelling means, with its first letter right."""
    if len(word) < SHORTEST_MISSPELLED:
        return None
    furthest = 1 if len(word) < 8 else 2
    close = fuzzy.extractOne(word, _long_number_words(), scorer=OSA.distance, score_cutoff=furthest)
    if close is None or close[0][0] != word[0]:
        return None
    return number_words()[close[0]]


def _value_of(digits: str, *, millions: bool) -> tuple[Decimal, bool]:
    """The value of digits with separators, and whether they group thousands: "312,447.18", "1.850", "185.5"."""
    if re.fullmatch(_GROUPED, digits) and not (millions and re.fullmatch(r"\d[.,]\d{3}", digits)):
        cents = re.search(r"(?<=[,. ]\d{3})[.,](\d{1,2})$", digits)
        whole = re.sub(r"\D", "", digits[: cents.start()] if cents else digits)
        return Decimal(f"{whole}.{cents.group(1)}" if cents else whole), True
    return Decimal(digits.replace(",", ".")), False


def _run(tokens: list[_Token], start: int) -> list[_Token]:
    """The longest stretch of tokens from `start` that can be one amount; empty where there is none."""
    if tokens[start].kind in ("other", "joining", "point") or not _may_start(tokens, start):
        return []
    run = [tokens[start]]
    for index in range(start + 1, len(tokens)):
        if not _continues(run, tokens[index], tokens[index + 1] if index + 1 < len(tokens) else None):
            break
        run.append(tokens[index])
    while run[-1].kind in ("joining", "point"):
        run.pop()
    alone = len(run) == 1 and run[0].text in _EVERYDAY
    return [] if alone else run


def _may_start(tokens: list[_Token], start: int) -> bool:
    """Whether an amount may begin here: "a hundred" and "mil ochocientos" may; "thousands of" or a lone "k" may not."""
    first = tokens[start]
    if first.kind not in ("hundred", "thousand", "million"):
        return True
    after_article = start > 0 and tokens[start - 1].text in ("a", "un", "another")
    if first.text in ("hundred", "thousand", "grand", "million", "millon") and after_article:
        return True
    following = tokens[start + 1] if start + 1 < len(tokens) else None
    if first.text != "mil" or following is None:
        return False
    return following.kind in ("small", "tens", "hundreds") or following.text in ("dolares", "dlls")


def _continues(run: list[_Token], token: _Token, following: _Token | None) -> bool:
    last = run[-1]
    if token.kind == "other" or token.dollar:
        return False
    if last.kind == "digits" and (last.scale or token.kind in ("small", "tens", "hundreds", "joining", "point")):
        return False
    if token.kind == "digits":
        after_hundred = last.kind == "hundred" or (last.kind == "joining" and len(run) > 1 and run[-2].kind == "hundred")
        scales_down = (
            last.kind in ("thousand", "million") and following is not None and following.kind in ("thousand", "hundred")
        )
        return (after_hundred and token.value < 100) or (scales_down and token.value < 1_000 and last.value > THOUSAND)
    if token.kind in ("thousand", "million") and token.text in ("m", "g", "mm") and last.kind != "digits":
        return False
    if last.kind == "joining" and len(run) > 1 and not _joins(run[-2], token):
        return False
    if token.kind == "joining":
        joins = last.kind in ("tens", "hundreds", "hundred", "thousand", "million")
        return joins and following is not None and following.kind not in ("other", "joining", "point") and not following.dollar
    if token.kind == "point":
        return following is not None and following.kind == "small"
    return True


def _joins(left: _Token, right: _Token) -> bool:
    """Whether "and" makes one number of two: "hundred and fifty", "treinta y uno"; not "two hundred and three hundred"."""
    if left.kind == "tens":
        return right.kind == "small"
    return right.value < 100 or left.kind in ("thousand", "million")


def _span_of(run: list[_Token]) -> Span:
    return Span(run[0].span.start, run[-1].span.end)


def _read(run: list[_Token], *, spanish: bool | None) -> Amount:
    amount = Amount(Decimal(0), _span_of(run), scaled=False, dollar=run[0].dollar)
    if any(token.vague for token in run):
        return replace(amount, value=run[0].value, doubtful=True)
    if any(token.kind == "point" for token in run):
        return _read_point(run, amount)
    groups = _spoken_groups(run)
    if groups is not None and len(groups) > 1:
        return _read_groups(groups, amount)
    return _read_scaled(run, amount, spanish=spanish)


def _read_point(run: list[_Token], amount: Amount) -> Amount:
    """ "one point two million"."""
    middle = next(index for index, token in enumerate(run) if token.kind == "point")
    scale = [token.value for token in run[middle:] if token.kind in ("thousand", "million")]
    decimals = [token for token in run[middle + 1 :] if token.kind in ("small", "tens")]
    if len(decimals) != 1 or len(scale) > 1:
        return replace(amount, doubtful=True)
    tenths = Decimal(f"0.{decimals[0].value}")
    whole = sum((token.value for token in run[:middle]), Decimal(0))
    return replace(amount, value=(whole + tenths) * (scale[0] if scale else 1), scaled=bool(scale), doubtful=not scale)


def _spoken_groups(run: list[_Token]) -> list[int] | None:
    """The groups of a spoken number that names no hundreds: "one eighty" is 1 and 80, "nineteen fifty" is 19 and 50."""
    groups: list[int] = []
    for index, token in enumerate(run):
        if token.kind not in ("small", "tens"):
            return None
        if index > 0 and run[index - 1].kind == "tens" and 0 < token.value < 10:
            groups[-1] += int(token.value)
        else:
            groups.append(int(token.value))
    return groups


def _read_groups(groups: list[int], amount: Amount) -> Amount:
    if len(groups) == 2 and groups[1] >= 10:
        return replace(amount, value=Decimal(groups[0] * 100 + groups[1]), colloquial=True)
    return replace(amount, value=Decimal(groups[0] * 100 + sum(groups[1:])), doubtful=True)


def _read_scaled(run: list[_Token], amount: Amount, *, spanish: bool | None) -> Amount:
    total = current = last_factor = Decimal(0)
    scaled = exact = doubtful = False
    for index, token in enumerate(run):
        match token.kind:
            case "digits":
                current += token.value * (token.scale or 1)
                scaled = scaled or token.grouped or token.scale is not None or token.value >= 10_000
                exact = exact or (token.exact and token.scale is None)
            case "small" | "tens" | "hundreds":
                current += token.value
            case "hundred":
                current = max(current, Decimal(1)) * 100
            case "thousand" | "million":
                in_spanish = True if index and run[index - 1].text in _SPANISH_DIGITS else spanish
                last_factor, unsure = _factor(token, current, spanish=in_spanish)
                total += max(current, Decimal(1)) * last_factor
                current, scaled, doubtful = Decimal(0), True, doubtful or unsure
    # "a million two" is 1.2 million and "one million and two" is not; nobody who owes a house says the latter.
    loose = last_factor == MILLION and 0 < current < 100 and spanish is not True and run[-2].kind != "joining"
    return replace(amount, value=total + current, scaled=scaled, exact=exact and not scaled, doubtful=doubtful or loose)


def _factor(token: _Token, current: Decimal, *, spanish: bool | None) -> tuple[Decimal, bool]:
    """What a word multiplies by, and whether that is a guess: "mil" is a thousand in "2 mil" and a million in "1.2 mil"."""
    if token.text != "mil" or spanish:
        return token.value, False
    if current != current.to_integral_value() and current < 10:
        return MILLION, False
    if 0 < current < 10:
        return (MILLION, False) if spanish is False else (THOUSAND, True)
    return token.value, False


def _with_doubt(normalized: str, amount: Amount) -> Amount:
    """The amount, to the end of the "something" or "y pico" that leaves it open."""
    tail = _SOMETHING.match(normalized, amount.span.end)
    return amount if tail is None else replace(amount, span=Span(amount.span.start, tail.end()), doubtful=True)
