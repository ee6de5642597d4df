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
SHORTEST_JOINED: Final = 3
_GROUPED: Final = r"\d{1,3}(?:[,.]\d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?: 000){1,2}(?!\d)|\d{1,3} \d{3} \d{3}(?!\d)"
_DOLLARS: Final = r"usd|us dollars?|dollars?|dolares|dolar|bucks|dlls|dls"
_TOKEN: Final = re.compile(
    rf"(?P<dollar>(?:usd? ?)?\$ ?|usd ?)?(?P<digits>{_GROUPED}|\d+(?:[.,]\d+)*|\.\d+)"
    r"(?: ?(?P<scale>k|mm?|gs?)(?![a-z0-9'])|(?P<vague>'?s(?![a-z0-9]))|(?P<glued>[a-z]+))?"
    # Hyphens within "twenty-three" and the comma of "one million, two hundred" join.
    r"|(?P<join>(?<=[a-z])-(?=[a-z])|(?<=thousand),(?= [a-z]+ hundred)|(?<=million),(?= [a-z]+))"
    r"|(?P<word>[a-z]+)|(?P<other>\S)"
)
_HALF, _QUARTER, _THREE_QUARTERS = Decimal("0.5"), Decimal("0.25"), Decimal("0.75")
_SHARE: Final = {
    **dict.fromkeys(("half", "medio", "media", "1/2", "½"), _HALF),
    **dict.fromkeys(("quarter", "cuarto", "1/4", "¼"), _QUARTER),
    **dict.fromkeys(("three quarters", "3 quarters", "tres cuartos", "3/4", "¾"), _THREE_QUARTERS),
    **dict.fromkeys(("third", "tercio", "tercera parte", "1/3", "⅓"), Decimal(1) / 3),
    **dict.fromkeys(("two thirds", "dos tercios", "2/3", "⅔"), Decimal(2) / 3),
}
_MILLIONS: Final = r"(?:mil(?! ?\d)|mills?|millions?|millon(?:es)?|m)\b"
# "half a million", "a quarter mil", "un cuarto de millon", "a third of a million"
_SHARES: Final = "|".join(sorted(_SHARE, key=len, reverse=True))
_PART: Final = re.compile(
    rf"(?:\b(?:an?|un|una|one) )?(?<![\d/])(?P<share>{_SHARES})(?: of)?(?: an?)?(?: de)?(?: un)? ?{_MILLIONS}"
)
_LEADS: Final = ARTICLES | counts(99)
_SCALES: Final = {"hundred thousand": 100 * THOUSAND, **dict.fromkeys(("thousand", "grand", "k"), THOUSAND)}
_FRACTIONS: Final = (
    r"(?: and (?:an? )?(?P<fraction>half|quarter|three quarters)(?: of)?(?: an?)?| (?:and )?(?P<digits>1/2|1/4|3/4)"
    r"| ?(?P<sign>[½¼¾]))"
)
# "two and a half million", "one and a half thousand", "2 1/2 million", "1½ million"
_MIXED: Final = re.compile(
    rf"\b(?P<lead>\d{{1,3}}|{'|'.join(counts(99))}){_FRACTIONS} ?(?P<scale>{'|'.join(_SCALES)}|{_MILLIONS})(?![a-z0-9])"
)
# "a million and a half", "2 millones y medio"
_AND_A_PART: Final = re.compile(
    rf"\b(?:(?P<lead>\d{{1,2}}|{'|'.join(_LEADS)}) )?{_MILLIONS}"
    r"(?: and an? (?P<part>half|quarter)| y (?P<parte>medio|cuarto))\b"
)
# Words after a number that leave it open: "two hundred something", "200 y pico", "three hundreds".
_SOMETHING: Final = re.compile(
    r"[ -]?(?:some ?thin[g']?|something|odd|y pico|y algo|y tantos)\b(?: (?:thousand|k|mil|grand)\b)?"
)
# Numbers that name no number: "hundreds of thousands", "a few hundred thousand", "un par de miles", "low threes".
_MULTIPLE: Final = r"(?:hundreds?|thousands?|millions?|grand|k|cientos|miles|mil|millones)\b"
_VAGUE: Final = re.compile(
    r"\b(?:(?:an? |unos |unas )?(?:couple|few|several|some|many|multiple|un par|varios|varias|algunos|unos cuantos|"
    rf"unos pocos|muchos)(?: of| de)? {_MULTIPLE}(?: (?:of |de )?{_MULTIPLE})*"
    r"|(?<!\d )(?:(?:tens|hundreds|thousands|decenas|cientos|centenares|miles) (?:of|de) )+"
    r"(?:hundreds|thousands|millions|dollars|miles|millones|dolares)"
    r"|(?:low|lower|mid|middle|high|higher|upper)(?:[ -]to[ -](?:low|mid|high|upper))?[ -](?:the )?"
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|twelve) ?hundreds|"
    r"ones|twos|threes|fours|fives|sixes|sevens|eights|nines|teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))\b"
)
# Money of another country, which is not converted here.
_FOREIGN: Final = (
    "pesos?|euros?|eur|mxn|quetzales|lempiras|bolivares|colones|pounds sterling|libras esterlinas|canadian|cad|gbp"
)
_FOREIGN_AFTER: Final = re.compile(rf" ?(?:de |mexican |dollars )?(?:{_FOREIGN})\b")
_FOREIGN_BEFORE: Final = re.compile(rf"(?:[€£¥]|\b(?:{_FOREIGN})) ?$")
# "1400 dollars and 50 cents", "1,842 con 19 centavos"
_CENTS: Final = re.compile(r" ?(?:cents?|centavos?|ctvs?)\b")
_BEFORE_CENTS: Final = re.compile(rf"(?: (?:{_DOLLARS}))?,?(?: (?:and|y|con|with|&))? ?")
_SPANISH_DIGITS: Final = frozenset("un dos tres cuatro cinco seis siete ocho nueve".split())
# Number words that, on their own, are mostly articles, pronouns or adverbs.
_EVERYDAY: Final = frozenset("one un una uno once".split())
# Multipliers that people also say with no count before them: "hundred eighty thousand".
_BARE: Final = frozenset(("hundred", "thousand", "million", "millon"))
_BEFORE_ONE: Final = frozenset(("a", "un", "another"))
# "At this point two thousand" is no decimal.
_NO_DECIMAL: Final = frozenset("a at el en este ese per some that the this what which un".split())
_SPOKEN_ZERO: Final = "oh"
# A count below a thousand, letter by letter: u 1 to 9, e 10 to 29 in one word, t tens, H hundreds in one word, h "hundred", d
# digits, o "oh". "Two forty", "3 10" and "two oh five" name their hundreds without the word.
_COUNT: Final = re.compile(r"(?P<hundreds>(?:tu?|[ued])?h|H)?(?P<rest>tu?|[uedz])?|(?P<lead>[ud])(?P<tail>tu?|e|ou|d)")


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
    doubtful: bool = False


def find_amounts(normalized: str, *, spanish: bool | None) -> list[Amount]:
    """All numbers in a normalized text, in order, whether or not they are money.

    `spanish` resolves "mil" after a small number: a thousand in Spanish, short for a million in English; None if the language
    is unknown.
    """
    found = _vague(normalized)
    found += _outside(found, _parts_of_a_million(normalized))
    tokens = _tokens(normalized)
    start = 0
    while start < len(tokens):
        run = _run(tokens, start)
        if run:
            amount = _read(run, spanish=spanish)
            if len(run) == 1 and run[0].text in _BARE and (not start or tokens[start - 1].text not in _BEFORE_ONE):
                amount = replace(amount, doubtful=True)
            found += _outside(found, [_with_doubt(normalized, amount)])
        start += max(1, len(run))
    return _with_cents(normalized, sorted(found, key=lambda amount: amount.span.start))


def _outside(known: list[Amount], others: list[Amount]) -> list[Amount]:
    return [other for other in others if not any(other.span.overlaps(amount.span) for amount in known)]


def _vague(normalized: str) -> list[Amount]:
    return [Amount(THOUSAND, Span(*match.span()), scaled=True, doubtful=True) for match in _VAGUE.finditer(normalized)]


def _parts_of_a_million(normalized: str) -> list[Amount]:
    """Fractions of a million or a thousand, alone or after a whole number."""
    found: list[Amount] = []
    for match in _MIXED.finditer(normalized):
        scale = _SCALES.get(match.group("scale"), MILLION)
        share = _SHARE[match.group("fraction") or match.group("digits") or match.group("sign")]
        found.append(Amount((_lead(match) + share) * scale, Span(*match.span()), scaled=True))
    for match in _AND_A_PART.finditer(normalized):
        share = _SHARE[match.group("part") or match.group("parte")]
        found += _outside(found, [Amount((_lead(match) + share) * MILLION, Span(*match.span()), scaled=True)])
    for match in _PART.finditer(normalized):
        share = _SHARE[match.group("share")]
        rough = share not in (_HALF, _QUARTER, _THREE_QUARTERS)
        found += _outside(found, [Amount(share * MILLION, Span(*match.span()), scaled=True, doubtful=rough)])
    return found


def _lead(match: re.Match[str]) -> Decimal:
    """The whole number before a fraction; one where there is none."""
    lead = match.group("lead") or "one"
    return Decimal(lead) if lead.isdigit() else Decimal(_LEADS[lead])


def _with_cents(normalized: str, amounts: list[Amount]) -> list[Amount]:
    """The amounts, "50 cents" as a part of the dollars before it."""
    joined: list[Amount] = []
    for amount in amounts:
        cents = _CENTS.match(normalized, amount.span.end)
        if cents is None:
            joined.append(amount)
            continue
        part = replace(amount, value=amount.value / 100, span=Span(amount.span.start, cents.end()), exact=True, scaled=False)
        last = joined[-1] if joined else None
        if last is None or amount.value >= 100 or not _BEFORE_CENTS.fullmatch(normalized, last.span.end, amount.span.start):
            joined.append(part)
            continue
        joined[-1] = replace(
            part,
            value=last.value + part.value,
            span=Span(last.span.start, cents.end()),
            dollar=last.dollar,
            colloquial=False,
            doubtful=last.doubtful or last.exact or part.doubtful,
        )
    return joined


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
    value, grouped, doubtful = _value_of(digits, millions=millions)
    named = re.fullmatch(rf"(?P<word>[a-z]*?)(?P<currency>{_DOLLARS})?", glued or "")
    currency = named.group("currency") if named else None
    glued = named.group("word") if named else glued
    if currency and not glued:
        end = match.end()
    number = _Token(
        "digits",
        value,
        Span(start, end),
        digits,
        dollar=bool(match.group("dollar") or currency),
        scale=None if not scale else MILLION if scale.startswith("m") else THOUSAND,
        grouped=grouped,
        exact=re.search(r"\d[.,]\d\d$", digits) is not None,
        vague=bool(match.group("vague")),
        doubtful=doubtful,
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
    if word == _SPOKEN_ZERO:
        return (("small", Decimal(0), 0, len(word)),)
    pieces = _run_together(word, 0)
    if pieces:
        return pieces
    close = _misspelled(word)
    return ((*close, 0, len(word)),) if close else (("other", Decimal(0), 0, len(word)),)


def _run_together(word: str, start: int) -> tuple[tuple[Kind, Decimal, int, int], ...] | None:
    """The number words from `start` that make up a word to its end ("onehundredeighty"); None where it is none such."""
    if start == len(word):
        return ()
    for end in range(len(word), start + SHORTEST_JOINED - 1, -1):
        known = number_words().get(word[start:end])
        rest = _run_together(word, end) if known and known[0] not in ("joining", "point") else None
        if known and rest is not None:
            return ((*known, start, end), *rest)
    return None


def _misspelled(word: str) -> tuple[Kind, Decimal] | None:
    """The number word that a misspelling means, with its first letter right."""
    if len(word) < SHORTEST_MISSPELLED:
        return None
    furthest = 1 if len(word) < 8 else 2
    close = fuzzy.extractOne(word, _long_number_words(), scorer=OSA.distance, score_cutoff=furthest)
    if close is None or close[0][0] != word[0]:
        return None
    return number_words()[close[0]]


def _value_of(digits: str, *, millions: bool) -> tuple[Decimal, bool, bool]:
    """The value of digits with separators, whether they group thousands, and whether they stand where none belong.

    "312,447.18" and "1.850" are grouped, "185.5" is not; "31,0000" and "3,10,000" are doubtful.
    """
    if re.fullmatch(_GROUPED, digits) and not (millions and re.fullmatch(r"\d[.,]\d{3}", digits)):
        cents = re.search(r"(?<=[,. ]\d{3})[.,](\d{1,2})$", digits)
        whole = re.sub(r"\D", "", digits[: cents.start()] if cents else digits)
        return Decimal(f"{whole}.{cents.group(1)}" if cents else whole), True, False
    if re.fullmatch(r"\d*(?:[.,]\d+)?", digits):
        misplaced = not millions and re.search(r"[1-9]\d*[.,]\d{3,}$", digits) is not None
        return Decimal(digits.replace(",", ".")), False, misplaced
    return Decimal(re.sub(r"\D", "", digits)), False, True


def _run(tokens: list[_Token], start: int) -> list[_Token]:
    """The longest stretch of tokens from `start` that can be one amount; empty where there is none."""
    if tokens[start].kind in ("other", "joining") or not _may_start(tokens, start):
        return []
    run = [tokens[start]]
    for index in range(start + 1, len(tokens)):
        if not _continues(run, tokens[index], tokens[index + 1] if index + 1 < len(tokens) else None):
            break
        run.append(tokens[index])
    while run and (run[-1].kind in ("joining", "point") or run[-1].text == _SPOKEN_ZERO):
        run.pop()
    following = tokens[start + len(run)].text if start + len(run) < len(tokens) else ""
    alone = len(run) == 1 and run[0].text in _EVERYDAY and not _CENTS.fullmatch(following)
    of_nothing = bool(run) and run[0].kind == "point" and not any(token.kind in ("thousand", "million") for token in run)
    return [] if alone or of_nothing else run


def _may_start(tokens: list[_Token], start: int) -> bool:
    """Whether an amount may begin here: "hundred eighty" and "mil ochocientos" may; "thousands of" or a lone "k" may not."""
    first = tokens[start]
    before = tokens[start - 1].text if start else ""
    following = tokens[start + 1] if start + 1 < len(tokens) else None
    if first.kind == "point":
        return following is not None and following.kind in ("small", "tens") and before not in _NO_DECIMAL
    if first.kind not in ("hundred", "thousand", "million"):
        return first.text != _SPOKEN_ZERO
    if first.text in _BARE or (first.text == "grand" and before in _BEFORE_ONE):
        return True
    if first.text != "mil" or following is None:
        return False
    return following.kind in ("small", "tens", "hundreds", "million") or following.text in ("dolares", "dlls")


def _continues(run: list[_Token], token: _Token, following: _Token | None) -> bool:
    last = run[-1]
    if token.kind == "other" or token.dollar:
        return False
    if last.kind == "digits" and token.kind == "digits":
        return _is_group(run, token, following)
    if last.kind == "digits" and (last.scale or token.kind in ("small", "tens", "hundreds", "joining")):
        return False
    if token.kind == "digits" and last.kind != "point":
        after_hundred = last.kind == "hundred" or (last.kind == "joining" and len(run) > 1 and run[-2].kind == "hundred")
        scales_down = (
            last.kind in ("thousand", "million") and following is not None and following.kind in ("thousand", "hundred")
        )
        return (after_hundred and token.value < 100) or (scales_down and token.value < 1_000 and last.value > THOUSAND)
    if token.kind in ("thousand", "million") and token.text in ("m", "g", "mm") and last.kind != "digits":
        return False
    if last.kind == "joining" and len(run) > 1 and not _joins(run[-2], token, following):
        return False
    if token.kind == "joining":
        joins = last.kind in ("tens", "hundreds", "hundred", "thousand", "million")
        return joins and following is not None and following.kind not in ("other", "joining", "point") and not following.dollar
    if token.kind == "point":
        return following is not None and following.kind in ("small", "tens", "digits")
    return True


def _is_group(run: list[_Token], token: _Token, following: _Token | None) -> bool:
    """Whether two numbers side by side are one that was spoken in groups, as dictation writes it: "3 10" for 310."""
    ends = following is None or following.kind != "digits"
    return (
        len(run) == 1
        and ends
        and re.fullmatch(r"[1-9]", run[0].text) is not None
        and re.fullmatch(r"[1-9]\d", token.text) is not None
    )


def _joins(left: _Token, right: _Token, following: _Token | None) -> bool:
    """Whether "and" makes one number of two: "hundred and fifty", "treinta y uno"; not "two hundred and three hundred"."""
    if left.kind == "tens":
        return right.kind == "small"
    if left.kind in ("thousand", "million"):
        return True
    return right.value < 100 and not (right.kind == "small" and following is not None and following.kind == "hundred")


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
    """ "one point two million", "one point oh five million", "point three million"."""
    middle = next(index for index, token in enumerate(run) if token.kind == "point")
    scale = run[-1] if run[-1].kind in ("thousand", "million") else None
    whole = _count(run[:middle])
    decimals = _decimals(run[middle + 1 : -1 if scale else None])
    if whole is None or decimals is None:
        return replace(amount, doubtful=True)
    value = (whole + Decimal(f"0.{decimals}")) * (scale.value if scale else 1)
    return replace(amount, value=value, scaled=scale is not None, doubtful=scale is None)


def _decimals(tokens: list[_Token]) -> str | None:
    """The digits after a spoken point: "two five" and "twenty five" are 25, "oh five" is 05; None where they are none."""
    letters = "".join(_letter(token) for token in tokens)
    if re.fullmatch("[uoz]+|[ed]", letters):
        return "".join(str(token.value) for token in tokens)
    return str(sum(token.value for token in tokens)) if re.fullmatch("tu?", letters) else None


def _letter(token: _Token) -> str:
    """The token in the alphabet of _COUNT."""
    match token.kind:
        case "small" if token.text == _SPOKEN_ZERO:
            return "o"
        case "small":
            return "z" if token.value == 0 else "u" if token.value < 10 else "e"
        case "tens" | "hundred" | "digits":
            return {"tens": "t", "hundred": "h", "digits": "d"}[token.kind]
        case "hundreds":
            return "H"
    return "?"


def _count(tokens: list[_Token]) -> Decimal | None:
    """A whole count that multiplies a scale, 0 for no words; None where the words are no one number ("three four hundred")."""
    found = _COUNT.fullmatch("".join(_letter(token) for token in tokens))
    if found is None:
        return None
    lead = found.end("lead")
    if lead > 0:
        return tokens[0].value * 100 + _sum(tokens[lead:])
    hundreds = max(found.end("hundreds"), 0)
    total = _sum(tokens[hundreds:])
    if not hundreds:
        return total
    if tokens[hundreds - 1].kind == "hundreds":
        return total + tokens[hundreds - 1].value
    return total + (_sum(tokens[: hundreds - 1]) if hundreds > 1 else 1) * 100


def _sum(tokens: list[_Token]) -> Decimal:
    return sum((token.value for token in tokens), Decimal(0))


def _spoken_groups(run: list[_Token]) -> list[int] | None:
    """The groups of a spoken number that names no hundreds: "one eighty" is 1 and 80, "nineteen fifty" is 19 and 50."""
    groups: list[int] = []
    for index, token in enumerate(run):
        if token.kind not in ("small", "tens") and not (token.kind == "digits" and len(run) == 2 and token.scale is None):
            return None
        if index > 0 and run[index - 1].kind == "tens" and 0 < token.value < 10:
            groups[-1] += int(token.value)
        else:
            groups.append(int(token.value))
    return groups


def _read_groups(groups: list[int], amount: Amount) -> Amount:
    if len(groups) == 3 and groups[1] == 0 and groups[2] < 10:
        groups = [groups[0], groups[2]]
    elif len(groups) != 2 or groups[1] < 10:
        return replace(amount, value=Decimal(groups[0] * 100 + sum(groups[1:])), doubtful=True)
    return replace(amount, value=Decimal(groups[0] * 100 + groups[1]), colloquial=True)


def _read_scaled(run: list[_Token], amount: Amount, *, spanish: bool | None) -> Amount:
    total = Decimal(0)
    last_factor: Decimal | None = None
    doubtful = False
    pending: list[_Token] = []
    for token in _spelled(run):
        if token.kind == "joining":
            continue
        if token.kind not in ("thousand", "million"):
            pending.append(token)
            continue
        count = _count(pending)
        in_spanish = True if pending and pending[-1].text in _SPANISH_DIGITS else spanish
        factor, unsure = _factor(token, count or Decimal(0), spanish=in_spanish)
        rises = last_factor is not None and factor >= last_factor
        if rises and pending:
            count = None
        total = total * factor if rises else total + (Decimal(1) if not pending else count or Decimal(0)) * factor
        doubtful = doubtful or unsure or count is None
        last_factor, pending = factor, []
    rest = _count(pending)
    # "a million two" is 1.2 million and "one million and two" is not; nobody who owes a house says the latter.
    names_hundreds = any(token.kind in ("hundred", "hundreds") for token in pending)
    loose = last_factor == MILLION and bool(rest) and not names_hundreds and spanish is not True and run[-2].kind != "joining"
    scaled = last_factor is not None or any(
        token.grouped or (token.kind == "digits" and token.value >= 10_000) for token in run
    )
    return replace(
        amount,
        value=total + (rest or Decimal(0)),
        scaled=scaled,
        exact=not scaled and any(token.exact for token in run),
        doubtful=doubtful or loose or rest is None or any(token.doubtful for token in run),
    )


def _spelled(run: list[_Token]) -> list[_Token]:
    """The tokens with the scale of "310k" as a token of its own."""
    spelled: list[_Token] = []
    for token in run:
        spelled.append(token)
        if token.scale is not None:
            spelled.append(replace(token, kind="million" if token.scale == MILLION else "thousand", value=token.scale, text=""))
    return spelled


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
    """The amount, in doubt where it is of another currency, or to the end of the "something" that leaves it open."""
    if _FOREIGN_AFTER.match(normalized, amount.span.end) or _FOREIGN_BEFORE.search(normalized[: amount.span.start][-20:]):
        return replace(amount, doubtful=True)
    tail = _SOMETHING.match(normalized, amount.span.end)
    return amount if tail is None else replace(amount, span=Span(amount.span.start, tail.end()), doubtful=True)
