"""Amounts of money in words and digits, English and Spanish: "600k", "half a mil", "doscientos mil", "one eighty".

Only what the words say is decided here; what an amount stands for is leeward.reading.roles' part, and so is whether a bare
"310" means thousands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rapidfuzz import process as fuzzy
from rapidfuzz.distance import OSA

from leeward.reading.text import Span

_SMALL: Final = {
    word: value
    for value, group in enumerate(
        "zero|cero one|un|uno|una two|dos three|tres four|cuatro five|cinco six|seis seven|siete eight|ocho nine|nueve ten|diez"
        " eleven|once twelve|doce thirteen|trece fourteen|catorce fifteen|quince sixteen|dieciseis seventeen|diecisiete"
        " eighteen|dieciocho nineteen|diecinueve twenty|veinte veintiun|veintiuno veintidos veintitres veinticuatro"
        " veinticinco veintiseis veintisiete veintiocho veintinueve".split()
    )
    for word in group.split("|")
}
_TENS: Final = {
    word: value * 10
    for value, group in enumerate(
        "thirty|treinta forty|fourty|cuarenta fifty|cincuenta sixty|sesenta seventy|setenta eighty|ochenta ninety|noventa".split(), 3
    )
    for word in group.split("|")
}
_HUNDREDS: Final = {
    "cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300, "cuatrocientos": 400,
    "cuatrocientas": 400, "quinientos": 500, "quinientas": 500, "seiscientos": 600, "seiscientas": 600, "setecientos": 700,
    "setecientas": 700, "ochocientos": 800, "ochocientas": 800, "novecientos": 900, "novecientas": 900,
}  # fmt: skip
_THOUSAND: Final = frozenset("k thousand thousands thou grand g mil miles".split())
_MILLION: Final = frozenset("m mm million millions mill millon millones".split())
_UNITS: Final = {**_SMALL, **_TENS}
_SPELLED: Final = [w for w in (*_UNITS, *_HUNDREDS, "hundred", "thousand", "million", "millon", "millones") if len(w) >= 5]
_FRACTIONS: Final = re.compile(
    r"\b(?:(?P<half>half(?: of)?(?: a)?|medio|media)|(?P<quarter>a quarter(?: of)?(?: a)?|quarter(?: of)?(?: a)?|un cuarto de|cuarto de)"
    r"|(?P<three>three quarters of a|tres cuartos de)) (?:mil|million|millon|mill|m)\b"
)
_AND_A_HALF: Final = re.compile(r"\b(?P<lead>a|one|un|1|(?P<number>\d+|two|dos|three|tres)) (?:million|millon(?:es)?|mil) (?:and a half|y medio)\b")
_NUMBER: Final = r"\d{1,3}(?:[,.\u202f ]\d{3})+(?:\.\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_TOKEN: Final = re.compile(rf"(?P<dollar>\$ ?)?(?P<digits>{_NUMBER}) ?(?P<suffix>k|mm?|g)?(?![a-z0-9])|(?P<number>{_NUMBER})|(?P<word>[a-z]+)|(?P<other>\S)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be money. `scaled`: it says how large it is (a suffix, "thousand", thousands separators, or is large).

    `colloquial` is "two fifty", which may be 250, 250,000 or $2.50. `doubtful` cannot be told at all.
    """

    value: Decimal
    span: Span
    scaled: bool
    dollar: bool = False
    colloquial: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, small, ten, hundreds, hundred, thousand, million, and, other
    value: Decimal
    span: Span
    text: str
    dollar: bool = False
    suffix: str = ""
    grouped: bool = False


def find_amounts(folded: str, *, spanish: bool) -> list[Amount]:
    """All numbers in a folded text, in their order, whether or not they turn out to be money."""
    found: list[Amount] = []
    taken: list[Span] = []
    for amount in _fractions(folded):
        found.append(amount)
        taken.append(amount.span)
    tokens = [token for token in _tokens(folded) if not any(token.span.overlaps(span) for span in taken)]
    position = 0
    while position < len(tokens):
        run = _run(tokens, position)
        if run:
            found += _read(run, spanish=spanish)
            position += len(run)
        else:
            position += 1
    return sorted(found, key=lambda amount: amount.span.start)


def _fractions(folded: str) -> list[Amount]:
    million = Decimal(1_000_000)
    found = []
    for match in _AND_A_HALF.finditer(folded):
        lead = match.group("number") or "1"
        count = Decimal(lead) if lead.isdigit() else Decimal(_SMALL[lead])
        found.append(Amount((count + Decimal("0.5")) * million, Span(*match.span()), True))
    for match in _FRACTIONS.finditer(folded):
        span = Span(*match.span())
        if any(span.overlaps(other.span) for other in found):
            continue
        share = Decimal("0.5") if match.group("half") else Decimal("0.25") if match.group("quarter") else Decimal("0.75")
        found.append(Amount(share * million, span, True))
    return found


def _tokens(folded: str) -> list[_Token]:
    return [token for match in _TOKEN.finditer(folded) for token in _token(match)]


def _token(match: re.Match[str]) -> list[_Token]:
    span = Span(*match.span())
    digits = match.group("digits") or match.group("number")
    if digits:
        value, grouped = _digits(digits)
        suffix = match.group("suffix") or ""
        return [_Token("number", value, span, digits, bool(match.group("dollar")), suffix, grouped)]
    word = match.group("word")
    if not word:
        return [_Token("other", Decimal(0), span, match.group())]
    return _word_tokens(word, span)


def _word_tokens(word: str, span: Span) -> list[_Token]:
    """A word as a token; a misspelled or run-together number word ("thosand", "twohundred") as what it means."""
    kind = _kind(word)
    if kind is not None:
        return [_Token(kind[0], Decimal(kind[1]), span, word)]
    for length in range(3, len(word) - 2):
        first, second = _kind(word[:length]), _kind(word[length:])
        if first and second and first[0] in ("small", "ten") and second[0] in ("hundred", "thousand", "small"):
            middle = span.start + length
            return [
                _Token(first[0], Decimal(first[1]), Span(span.start, middle), word[:length]),
                _Token(second[0], Decimal(second[1]), Span(middle, span.end), word[length:]),
            ]
    if len(word) >= 5:
        close = fuzzy.extractOne(word, _SPELLED, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2)
        if close is not None and close[0][0] == word[0]:
            spelled = _kind(close[0])
            if spelled:
                return [_Token(spelled[0], Decimal(spelled[1]), span, word)]
    return [_Token("other", Decimal(0), span, word)]


def _kind(word: str) -> tuple[str, int] | None:
    if word in _SMALL:
        return "small", _SMALL[word]
    if word in _TENS:
        return "ten", _TENS[word]
    if word in _HUNDREDS:
        return "hundreds", _HUNDREDS[word]
    if word in ("hundred", "hundreds"):
        return "hundred", 100
    if word in _THOUSAND:
        return "thousand", 1_000
    if word in _MILLION:
        return "million", 1_000_000
    if word in ("and", "y"):
        return "and", 0
    return None


def _digits(text: str) -> tuple[Decimal, bool]:
    """The value of digits with separators, and whether they group thousands: "312,447.18", "1.850", "185.5"."""
    if re.fullmatch(r"\d{1,3}(?:[,.\u202f ]\d{3})+(?:\.\d{1,2})?", text):
        whole, cents = text, ""
        if re.search(r"[,\u202f ]\d{3}\.\d{1,2}$", text):
            whole, cents = text.rsplit(".", 1)
        number = re.sub(r"[,.\u202f ]", "", whole)
        return Decimal(f"{number}.{cents}" if cents else number), True
    return Decimal(text.replace(",", ".")), False


def _run(tokens: list[_Token], start: int) -> list[_Token]:
    """The longest stretch of number tokens from `start` that can be one amount; empty where there is none."""
    first = tokens[start]
    if first.kind in ("other", "and") or (first.kind in ("thousand", "million", "hundred") and first.text in ("k", "m", "g", "mm", "mill")):
        return []
    if first.kind == "million":
        return []
    run = [first]
    for token in tokens[start + 1 :]:
        previous = run[-1]
        if token.kind == "other" or token.dollar:
            break
        if token.kind == "number" and previous.kind not in ("and", "hundred"):
            break
        if previous.kind == "number" and token.kind in ("small", "ten", "hundreds"):
            break
        if token.kind == "and" and previous.kind in ("number",):
            break
        run.append(token)
    while run and run[-1].kind == "and":
        run.pop()
    words = [token.text for token in run]
    if words in (["one"], ["un"], ["una"], ["uno"], ["once"], ["y"]):
        return []
    return run


def _read(run: list[_Token], *, spanish: bool) -> list[Amount]:
    span = Span(run[0].span.start, run[-1].span.end)
    dollar = run[0].dollar
    groups = _small_groups(run)
    if groups is not None and len(groups) > 1:
        if len(groups) == 2 and groups[1] >= 10:
            return [Amount(Decimal(groups[0] * 100 + groups[1]), span, False, dollar, colloquial=True)]
        return [Amount(Decimal(groups[0] * 100 + sum(groups[1:])), span, False, dollar, doubtful=True)]
    total, current, scaled = Decimal(0), Decimal(0), False
    for token in run:
        match token.kind:
            case "number":
                current += token.value
                scaled = scaled or token.grouped or token.value >= 10_000
                if token.suffix:
                    current *= 1_000 if token.suffix in ("k", "g") else 1_000_000
                    scaled = True
            case "small" | "ten" | "hundreds":
                current += token.value
            case "hundred":
                current = max(current, Decimal(1)) * 100
            case "thousand" | "million":
                factor = _factor(token, current, spanish=spanish)
                total += max(current, Decimal(1)) * factor
                current = Decimal(0)
                scaled = True
    return [Amount(total + current, span, scaled, dollar)]


def _factor(token: _Token, current: Decimal, *, spanish: bool) -> Decimal:
    """"mil" is a thousand in Spanish ("200 mil") and short for a million in English ("1.2 mil")."""
    if token.text == "mil" and not spanish and (current != current.to_integral_value() or 0 < current < 10):
        return Decimal(1_000_000)
    return token.value


def _small_groups(run: list[_Token]) -> list[int] | None:
    """The groups of a spoken number that names no hundreds: "one eighty" is 1 and 80, "nineteen fifty" is 19 and 50."""
    groups: list[int] = []
    for index, token in enumerate(run):
        if token.kind not in ("small", "ten"):
            return None
        value = int(token.value)
        joins = index > 0 and run[index - 1].kind == "ten" and token.kind == "small" and 0 < value < 10
        joins = joins or (index > 0 and run[index - 1].value == 20 and token.kind == "small" and 0 < value < 10)
        if joins and groups:
            groups[-1] += value
        else:
            groups.append(value)
    return groups
