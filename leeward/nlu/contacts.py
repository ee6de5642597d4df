"""Phone numbers, email addresses and personal names. Invalid numbers and addresses are reported with a reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from email_validator import EmailNotValidError, validate_email
from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher
from rapidfuzz.distance import OSA

from leeward.core.phone import REGION, US_COUNTRY_CODE, US_DIGITS, PhoneError, parse_e164
from leeward.core.spans import Span
from leeward.nlu.normalization import normalize
from leeward.nlu.number_words import number_words, spoken_digits

FEWEST_DIGITS: Final = 7
MOST_NAME_WORDS: Final = 6
LONGEST_ADDRESS: Final = 254
# Bounds the time for long runs of digits; a message names far fewer numbers than this.
MOST_CANDIDATES: Final = 500
NAME_FACTS: Final = ("first_name", "last_name")

# "5pm" and "310k" right after a number would be taken for its last digits.
_GLUED_DIGITS: Final = re.compile(r"(?<=\s)\d{1,4}(?=[A-Za-z])")
# What may have been meant as a phone number, whatever its number of digits.
_DIGITS: Final = re.compile(r"(?<![\w$])\+?\(?\d[\d\s().\-–]{5,}\d(?!\w)")
_NAMED_PHONE: Final = re.compile(
    r"\b(?:phone|call|text|cell|reach|number|tel|llam\w+|celular|numero|whatsapp)\W*(?:me|is|es|al|at|on|"
    r"a)?\W*(?:at|is|al|es)?\W*$"
)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:loan|account|acct|case|file|policy|cuenta|caso|prestamo)\W*(?:number|no|num|#|numero)?\W*(?:is|es)?\W*$"
)
# Marks between the digits that no telephone library takes for a separator, and the letters O and l among digits.
_ODD_SEPARATOR: Final = re.compile(
    r"(?<=\d)[_·•∙・=~|\\*](?=\d)|(?<=\d{3}),(?= ?\d{3},? ?\d{4}(?!\d))|(?<=\d{3},\d{3}),(?=\d{4})"
)
_LETTER_O: Final = re.compile(r"(?<![A-Za-z])[oO](?=[\doO])|(?<=[\doO])[oO](?![A-Za-z])")
_EXTENSION: Final = re.compile(r"\b(?:ext(?:ension)?|extension|anexo|interno)\b.*$", re.DOTALL)
_TIMES: Final = {"double": 2, "doble": 2, "triple": 3}
# Words between the digits of a number that is read out.
_BETWEEN_DIGITS: Final = frozenset(
    "and y dash hyphen guion dot punto space espacio area code codigo de then luego uh um number".split()
)
# Said of an earlier of two numbers or addresses that it is not the one, and between two that the later is.
_NOT_THIS: Final = re.compile(
    r"\b(?:not|isn'?t|no es|instead of|en vez de|en lugar de|old(?: \w+)?|former(?: \w+)?|previous(?: \w+)?|wrong(?: \w+)?|"
    r"viej[oa]|anterior|antes|ya no|used to be|was|were|era)\W*(?:is|was|es|era|it's|at|al|el|la|the)?\W*$"
)
_RATHER: Final = re.compile(
    r"\b(?:no|wait|sorry|i mean|i meant|actually|correction|oops|scratch that|my bad|make that|rather|new(?: one| number)?"
    r"|now|instead|digo|perdon|mejor|corrijo|quise decir|me equivoque|nuev[oa]|ahora|disculpe)\b"
)
_THEIRS: Final = (
    r"(?:bank|lender|servicer|mortgage (?:company|co)|loan (?:company|officer)|collector|collection agency|law firm|lawyer|"
    r"attorney|trustee|court|realtor|agent|scammer|banco|prestamista|acreedor|hipotecaria|compania|abogad[oa]|corte|tribunal)"
)
# Whose number or address it is, where not the writer's: "the bank's number is", "el correo de mi banco es".
_OF_OTHERS: Final = re.compile(
    rf"\b{_THEIRS}(?:'?s|s')? (?:(?:phone|cell|fax|office|main|direct|toll free|email|e-mail) )*"
    r"(?:phone|number|cell|fax|tel|line|email|e-mail|address|is|called|calls)\b[^.;!?\n]{0,20}$"
    rf"|\b(?:numero|telefono|correo|email|number|phone) (?:de|del|of|for|from) (?:the |my |mi |la |el |su )?{_THEIRS}\b"
    r"[^.;!?\n]{0,20}$"
    r"|\b(?:call(?:ed|ing|s)?|text(?:ed|ing|s)?|voicemails?|letters?|llam\w+) (?:(?:me|us|the|my|el|al) )*"
    rf"(?:from|{_THEIRS}|them)(?: (?:at|al|on|from|number|the number))*\W*$"
    r"|\b(?:told|asked|said|says|dijeron|dijo)\b[^.;!?\n]{0,20}\b(?:call|text|llam\w+)\b(?! me\b)[^.;!?\n]{0,10}$"
)
_QUOTES: Final = "“”‘’«»„`´[]{}|¡¿*"
_EMAIL_LIKE: Final = re.compile(
    rf"[^\s<>(),;:\"@{re.escape(_QUOTES)}]{{1,64}}@[^\s<>();:\"{re.escape(_QUOTES)}]{{0,250}}[^\s<>(),;:\".!?{re.escape(_QUOTES)}]"
)
_EMAIL_NO_AT: Final = re.compile(r"\s*[\w.+-]+\.(?:com|net|org|edu|gov|es|mx)\W*|\s*[\w.+-]*\d[\w.+-]*\s*")
_TLDS: Final = r"(?:com|net|org|edu|gov|us|mx|es|info|biz|co)"
_DOT: Final = r"(?: ?\. ?| dot | punto | point )"
_SPOKEN_AT: Final = re.compile(
    r" ?(?:\(at\)|\[at\]|@|\bat sign\b|\barroba\b|\bat\b) ?"
    rf"(?P<domain>[a-z0-9-]{{1,60}}(?:{_DOT}[a-z0-9-]{{1,60}}){{0,2}}?{_DOT}{_TLDS}(?:{_DOT}(?:mx|es|us))?)\b"
)
_SPOKEN_MARKS: Final = {
    "guion bajo": "_", "raya baja": "_", "underscore": "_", "under score": "_", "underline": "_", "guion medio": "-",
    "guion": "-", "dash": "-", "hyphen": "-", "minus": "-", "dot": ".", "punto": ".", "point": ".", "period": ".", "plus": "+",
}  # fmt: skip
_SPOKEN_MARK: Final = re.compile(rf" ?\b(?:{'|'.join(_SPOKEN_MARKS)})\b ?")
_ONE_WORD: Final = re.compile(
    r",? ?\b(?:all (?:as )?one word|one word|all together|no spaces?|todo junto|todo pegado|sin espacios?)\b,?"
)
_ADDRESS_LEAD: Final = re.compile(
    r"^.*(?:[:;,!?]\s|\b(?:is|es|e-?mail|mail|correo|address|to|use|me|and|y|or|o|it's|its|sure|yes|ok|okay|si|claro|electronico)\s)",
    re.DOTALL,
)
_LOCAL_PART: Final = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}")
# Providers whose misspelled names are asked about, and names near to theirs that exist.
_PROVIDERS: Final = (
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "comcast.net", "sbcglobal.net", "verizon.net",
    "protonmail.com", "bellsouth.net", "aol.com", "live.com", "msn.com", "att.net", "ymail.com", "rocketmail.com",
    "googlemail.com",
)  # fmt: skip
_NEAR_PROVIDERS: Final = frozenset(("mail.com", "email.com", "fastmail.com", "hushmail.com", "live.ca", "att.com"))
SHORTEST_MISSPELLED_DOMAIN: Final = 9
LONG_DOMAIN: Final = 11
# Endings that are none: no registry has them.
_NO_TLD: Final = re.compile(r"\.(?:con|cmo|ocm|comm|cpm|vom|xom|cim|coom|c0m|kom|som|nte|ney|nett|ogr|orgg|eud)$")
# Country endings that are a provider's ".com" with a letter lost.
_CUT_TLDS: Final = frozenset(("cm", "co", "om"))
_EMAIL_WORD: Final = re.compile(r"mail|correo")
_NAME_LEAD: Final = re.compile(
    r"\b(?:my (?:full )?name is|my name'?s|name is|name:|i'?m called|me llamo|mi nombre(?: completo)? es|nombre:"
    r"|(?P<weak>(?:(?:you can|just|please|everyone|people|they) )?calls? me|i go by|go by|this is|soy|i'?m|i am|me dicen"
    r"|me llaman|digame|llameme|puede llamarme))\s+"
)
_TITLES: Final = (
    r"mrs?|ms|miss|dr|rev|reverend|sgt|sergeant|pastor|father|fr|capt|captain|lt|col|cpl|pvt|maj|gen|prof|professor|judge|hon|deacon|"
    r"officer|sister|sra?|srta|dra|lic|ing|prof|padre|hermana|don|dona"
)
_POLITE: Final = re.compile(
    r"\W*(?:(?:it'?s(?: me)?|it is(?: me)?|i'?m|i am|soy|es|sure|yes|si|ok|okay|claro|hi|hello|hola|la senora|el senor|don|"
    r"dona|mrs?\.?|ms\.?|dr\.?|sra?\.?)"
    r"[\s,]+)+"
)
_TITLE: Final = re.compile(rf"\W*(?:(?:{_TITLES})\.\s*|(?:{_TITLES})\s+(?=[a-z'’-]+\s+[a-z]))")
_SUFFIX: Final = r"(?:jr|sr|ii|iii|iv|esq|phd|md|cpa|rn|dds)"
_NAME_END: Final = re.compile(
    r"[,;!?\n\d@()]|(?<=\w{3})\.(?=\s|$)|\b(?:and|y|but|pero|from|de chicago|here|aqui)\b|\b(?:my|mi)\b"
    r"|(?<=\w )(?:please|thanks|thank you|gracias|por favor|i'?m|i am|i|in|with|speaking|calling|para|con|en|a sus ordenes)\b"
)
# "Hernandez Rivera, Esperanza", "Smith Jr., John"
_LAST_FIRST: Final = re.compile(rf"\s*(?P<last>[^,\d\n]{{1,60}}),\s*(?P<first>[^,\d\n]{{1,40}}?)(?:,\s*{_SUFFIX}\.?)?[\s.!]*")
MOST_LAST_NAMES: Final = 4
MOST_GIVEN_NAMES: Final = 2
# "first name Maria last name Lopez", "apellido: Lopez, nombre: Maria"
_FIRST_LABEL: Final = r"(?:my |mi )?(?:first(?: name)?|given name|nombre)\b"
_LAST_LABEL: Final = r"(?:my |mi )?(?:last(?: name)?|surname|family name|apellidos?)\b"
_LABELLED: Final = re.compile(
    rf"\b(?P<label>{_FIRST_LABEL}|{_LAST_LABEL})\W*(?:(?:is|es|are|son)\b\W*)?(?P<names>[^,;:\n\d]+?)"
    rf"(?=\W*(?:$|[,;\n]|\b(?:and |y )?(?:{_FIRST_LABEL}|{_LAST_LABEL})))"
)
_ALIAS: Final = re.compile(r"\b(?:aka|a\.k\.a\.?|also known as|alias|formerly|tambien conocid[oa] como)\s+")
_NICKNAME: Final = re.compile(r"(?<=\w )[(\"“'‘][^()\"“”'‘’\n]{1,20}[)\"”'’](?= \w)")
_NAME_WORD: Final = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?")
_NO_NAME: Final = frozenset(
    """i you we they he she it what why how when where who is are do does did can could would should no not dont don't the a an
    my your que por para como cuando donde quien es son no mi su el la un una yo tu ok okay yes si hi hello hola thanks
    gracias person persona house casa mortgage hipoteca bank banco lawyer abogado skip stop behind foreclosure rather
    prefer nobody nothing scared afraid losing help about later back now please sorry later just really trying calling
    asking going getting crazy ridiculous sick tired never already only still so very too at in on from viuda viudo
    duena dueno nevermind never mind wait idk dunno nope nah none cancel maybe sure huh lol hmm hmmm hmmmm um umm uh mmm
    mm ah eh whatever forget this that thats one another other mejor espere olvidelo nada bueno pues luego despues debo
    anonymous anonymously anonimo anonima private privado privada privacy confidential confidencial secret secreto
    decline declined refuse unknown desconocido desconocida dije told tell telling said ya se lo les quiero puedo doy
    digo prefiero importa asunto business name names nombre apellido quien waiting tomorrow today tonight anytime asap
    when again morning mornings evening evenings homeowner owner anon broke same before matter doesn't doesnt importan
    unemployed divorced married single retired disabled homeless afternoon afternoons manana tarde tardes noche hoy cell
    phone n/a""".split()
)
# Of these, those that are also names, believed beside another name where both have a capital: "Anh Do", "Sarah House".
_ALSO_NAMES: Final = frozenset("an do so su tu he she you can son my mi yo la lo ya se house person still bank bueno".split())
# Second given names that are common in Spanish and hardly ever a last name; "María José Hernández" has two given names.
_SECOND_NAMES: Final = frozenset(
    """jose maria luis juan carlos antonio angel miguel manuel alberto eduardo enrique fernando francisco javier jesus
    alejandro andres pablo pedro rafael ramon ricardo roberto daniel david arturo armando alfredo cesar felipe gerardo
    guadalupe isabel carmen elena teresa luisa fernanda alejandra beatriz cristina dolores eugenia gabriela lourdes
    mercedes patricia pilar rosa rosario soledad victoria lucia paula sofia ana""".split()
)
_ASKING: Final = re.compile(r"(?:will|do|can|may)\b")
_PARTICLES: Final = frozenset("de la del los las y van von der da dos di".split())


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contact details in a text: facts by name (`phone` in E.164), their spans, and what was rejected.

    `rejected` holds (fact, reason): phone_too_short, phone_too_long, phone_not_us, phone_invalid, email_no_at, email_invalid,
    email_typo (the domain is a known one misspelled), email_spaces (it cannot be told where the address begins).
    """

    facts: dict[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()

    def and_also(self, other: Contacts) -> Contacts:
        """Both together; where both have a fact, the other's value is kept."""
        return Contacts({**self.facts, **other.facts}, self.spans + other.spans, self.rejected + other.rejected)


def read_contacts(text: str, *, asked: str | None, plain_answer: bool) -> Contacts:
    """Phone, email and names in a text.

    `asked` is the question just put; its answer needs less evidence than an unasked detail. `plain_answer`: the text is
    neither a question nor a dialogue act, so that it may be a bare name.
    """
    found = _read_email(text, asked=asked == "email")
    found = found.and_also(_read_phone(text, found.spans, asked=asked == "phone"))
    # Beside a number or an address a name is believed only where the words say that it is one ("my name is …").
    answers_name = asked if asked in NAME_FACTS else None
    return found.and_also(_read_name(text, answers_name, plain_answer=plain_answer and (bool(answers_name) or not found.spans)))


def _read_email(text: str, *, asked: bool) -> Contacts:
    plain = "".join(_compatible(character) for character in text)
    written = _meant(plain, [match.span() for match in _EMAIL_LIKE.finditer(plain)])
    if written is not None:
        return _email(plain[written.start : written.end].strip("'"), written)
    normalized = normalize(plain)
    spoken = _SPOKEN_AT.search(normalized)
    if spoken is not None and (asked or _EMAIL_WORD.search(normalized)):
        return _spoken_email(normalized, spoken)
    if asked and len(text) <= LONGEST_ADDRESS and _EMAIL_NO_AT.fullmatch(text):
        return Contacts(rejected=(("email", "email_no_at"),))
    return Contacts()


def _compatible(character: str) -> str:
    """A full-width character as the plain one that it stands for."""
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


def _meant(text: str, found: Sequence[tuple[int, int]]) -> Span | None:
    """Of several numbers or addresses the one that is meant: the first, unless it is taken back or is somebody else's."""
    chosen: Span | None = None
    last = 0
    for start, end in found:
        before = normalize(text[max(last, start - 60) : start])
        last = end
        if _NOT_THIS.search(before) or _OF_OTHERS.search(before):
            continue
        if chosen is None or _RATHER.search(before):
            chosen = Span(start, end)
    return chosen


def _email(address: str, span: Span) -> Contacts:
    try:
        address = validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return Contacts(spans=(span,), rejected=(("email", "email_invalid"),))
    domain = address.rpartition("@")[2].lower()
    if len(domain.rpartition(".")[2]) < 2:
        return Contacts(spans=(span,), rejected=(("email", "email_invalid"),))
    if _is_misspelled(domain):
        return Contacts(spans=(span,), rejected=(("email", "email_typo"),))
    return Contacts({"email": address}, (span,))


def _is_misspelled(domain: str) -> bool:
    """Whether a mail domain is one that many people have, misspelled ("gmial.com"), or ends as none does ("gmail.con")."""
    if domain in _PROVIDERS or domain in _NEAR_PROVIDERS:
        return False
    if _NO_TLD.search(domain):
        return True
    name, _, ending = domain.partition(".")
    if any(provider.partition(".")[0] == name for provider in _PROVIDERS):
        return ending in _CUT_TLDS
    return any(
        OSA.distance(domain, provider) <= (1 if len(provider) < LONG_DOMAIN else 2)
        for provider in _PROVIDERS
        if len(provider) >= SHORTEST_MISSPELLED_DOMAIN
    )


def _spoken_email(normalized: str, spoken: re.Match[str]) -> Contacts:
    """ "maria underscore lopez at example dot com"; of words side by side it cannot be told which belong to the address."""
    lead = _ADDRESS_LEAD.match(normalized[: spoken.start()] + " ")
    start = min(lead.end(), spoken.start()) if lead else 0
    said = normalized[start : spoken.start()]
    one_word = _ONE_WORD.search(said) is not None
    marked = _SPOKEN_MARK.sub(lambda match: _SPOKEN_MARKS[match.group().strip()], _ONE_WORD.sub("", said)).split()
    local = "".join(spoken_digits().get(part, part) if len(marked) > 1 else part for part in marked)
    single = all(len(part) == 1 or part in spoken_digits() for part in marked[1:])
    span = Span(start, spoken.end())
    if not _LOCAL_PART.fullmatch(local) or not (len(marked) == 1 or one_word or single):
        return Contacts(spans=(span,), rejected=(("email", "email_spaces"),))
    return _email(f"{local}@{re.sub(_DOT, '.', spoken.group('domain'))}", span)


def _read_phone(text: str, taken: tuple[Span, ...], *, asked: bool) -> Contacts:
    """The phone number outside the spans `taken` that is meant, or the reason why an answer is none."""
    for span in taken:
        text = f"{text[: span.start]}{'_' * (span.end - span.start)}{text[span.end :]}"
    text = _ODD_SEPARATOR.sub("-", _LETTER_O.sub("0", text) if asked else text)
    searched = _GLUED_DIGITS.sub(lambda match: "x" * len(match.group()), re.sub(r"\s", " ", text))
    found = {
        (match.start, match.end): match
        for match in PhoneNumberMatcher(searched, REGION, leniency=Leniency.POSSIBLE, max_tries=MOST_CANDIDATES)
        if _reads_as_phone(text, match, asked=asked)
    }
    rejected = Contacts()
    numbers: dict[tuple[int, int], str] = {}
    for place, match in found.items():
        try:
            numbers[place] = parse_e164(match.raw_string, us_only=True)
        except PhoneError as error:
            rejected = rejected if rejected.rejected else Contacts(spans=(Span(*place),), rejected=(("phone", error.reason),))
    spans = tuple(Span(*place) for place in numbers)
    meant = _meant(text, list(numbers))
    if meant is not None:
        return Contacts({"phone": numbers[meant.start, meant.end]}, spans)
    if numbers:
        return Contacts(spans=spans)
    if not asked:
        return Contacts()
    said = _answered_phone(text)
    return said if said.facts or not rejected.rejected else rejected


def _answered_phone(text: str) -> Contacts:
    """The answer to "what is your number" said digit by digit, or with a number of digits that no phone number has."""
    run = max(_said_digits(_EXTENSION.sub("", normalize(text))), key=len, default="")
    written = _DIGITS.search(text)
    span = Span(*written.span()) if written else Span(0, len(text))
    try:
        if len(run) >= FEWEST_DIGITS:
            return Contacts({"phone": parse_e164(run, us_only=True)}, (Span(0, len(text)),))
        if written:
            return Contacts({"phone": parse_e164(written.group(), us_only=True)}, (span,))
    except PhoneError as error:
        return Contacts(spans=(span,), rejected=(("phone", error.reason),))
    digits = sum(character.isdigit() for character in text)
    if digits and len(text.strip()) / 2 <= digits < US_DIGITS:
        return Contacts(rejected=(("phone", "phone_too_short"),))
    return Contacts()


def _said_digits(normalized: str) -> list[str]:
    """The stretches of digits in a text, also said in words: "three twelve", "double five", "oh one forty two"."""
    stretches = [""]
    times = 1
    tens = False
    for word in re.findall(r"[a-z]+|\d+", normalized):
        kind, value = number_words().get(word, ("other", 0))
        digits = word if word.isdigit() else spoken_digits().get(word, str(value) if kind in ("small", "tens") else "")
        if digits and tens and kind == "small" and 0 < value < 10:
            stretches[-1] = stretches[-1][:-1] + digits
        elif digits:
            stretches[-1] += digits * times
        elif word == "hundred" and stretches[-1]:
            stretches[-1] += "00"
        elif word not in _TIMES and word not in _BETWEEN_DIGITS:
            stretches.append("")
        tens = kind == "tens" or (tens and word == "y")
        times = _TIMES.get(word, 1)
    return stretches


def _reads_as_phone(text: str, match: PhoneNumberMatch, *, asked: bool) -> bool:
    """Whether digits are a phone number and not an account or an amount: asked for, written in groups, or named as one."""
    preceding = text[: match.start][-1:]
    if preceding == "$":
        return False
    if asked:
        return True
    number = match.number
    before = normalize(text[max(0, match.start - 40) : match.start])
    if preceding.isalnum() or number.country_code != US_COUNTRY_CODE or len(str(number.national_number)) != US_DIGITS:
        return False
    if _OTHER_NUMBER.search(before):
        return False
    return _NAMED_PHONE.search(before) is not None or re.search(r"\D", match.raw_string) is not None


def _read_name(text: str, asked: str | None, *, plain_answer: bool) -> Contacts:
    marked = _with_letters_for_marks(text)
    normalized = normalize(marked)
    plain_answer = plain_answer or _begins_with_name(text, normalized)
    if asked:
        told = _labelled(text, marked) or (_last_name_first(text, marked) if plain_answer else None)
        if told is not None:
            return told
    leads = _NAME_LEAD.finditer(normalized)
    lead = next((lead for lead in leads if not lead.group("weak") or _two_capitals(text[lead.end() :]) or asked), None)
    if lead is None and not (asked and plain_answer):
        return Contacts()
    start = lead.end() if lead else 0
    polite = _POLITE.match(normalized, start)
    start = polite.end() if polite else start
    title = _TITLE.match(normalized, start)
    start = title.end() if title else start
    marked = _NICKNAME.sub(lambda match: " " * len(match.group()), marked)
    alias = _ALIAS.search(normalized, start)
    end = alias.start() if alias else len(text)
    stretch = _NAME_END.split(marked[start:end], maxsplit=1)[0]
    names = _names_in(text, marked, start, start + len(stretch))
    if not (_are_names(names) or (asked == "last_name" and _are_only_names(names))):
        return Contacts()
    if lead is not None and not asked:
        names = [name for name in names if name[0].isupper() or normalize(name) in _PARTICLES] or names[:1]
    others = _names_in(text, marked, alias.end(), len(text)) if alias else []
    if len(names) == 1 and len(others) > 1 and _are_names(others):
        # "Bob aka Robert Smith" goes by Bob.
        names = [*names, *others[_given_names(others) :]]
    return _named(names, Span(start, start + len(stretch)), only_last=asked == "last_name" and lead is None)


def _begins_with_name(text: str, normalized: str) -> bool:
    """Whether what begins like a question are names: "Will Smith", "Do, Anh"."""
    parts = text.replace(",", " ").split()
    return (
        len(parts) > 1
        and "?" not in text
        and all(part[0].isupper() for part in parts)
        and _ASKING.match(normalized) is not None
    )


def _named(names: list[str], span: Span, *, only_last: bool) -> Contacts:
    names = [_cased(name) for name in names]
    if only_last:
        return Contacts({"last_name": " ".join(names)}, (span,))
    if len(names) == 1:
        return Contacts({"first_name": names[0]}, (span,))
    given = _given_names(names)
    return Contacts({"first_name": " ".join(names[:given]), "last_name": " ".join(names[given:])}, (span,))


def _with_letters_for_marks(text: str) -> str:
    """The text, as long, with a letter for each combining mark, which belongs to the letter before it ("e" and "´")."""
    if text.isascii():
        return text
    return "".join("x" if unicodedata.category(character).startswith("M") else character for character in text)


def _names_in(text: str, marked: str, start: int, end: int) -> list[str]:
    found = [
        unicodedata.normalize("NFC", text[match.start() : match.end()]) for match in _NAME_WORD.finditer(marked, start, end)
    ]
    suffix = bool(found) and re.fullmatch(_SUFFIX, normalize(found[-1].rstrip("."))) is not None
    return found if suffix else [*found[:-1], *(name.rstrip(".") if len(name) > 2 else name for name in found[-1:])]


def _are_names(names: list[str]) -> bool:
    """Whether words may all be names. Everyday words are names only beside another, with capitals ("Sarah House")."""
    everyday = [name for name in names if normalize(name) in _NO_NAME - _PARTICLES]
    if not names or len(names) > MOST_NAME_WORDS:
        return False
    capitals = all(name[0].isupper() for name in names) and not all(name.isupper() for name in names)
    return not everyday or (len(names) > len(everyday) == 1 and capitals and normalize(everyday[0]) in _ALSO_NAMES)


def _labelled(text: str, marked: str) -> Contacts | None:
    """ "First name Maria, last name Lopez": each name by its label."""
    facts: dict[str, str] = {}
    spans = []
    for match in _LABELLED.finditer(normalize(marked)):
        names = _names_in(text, marked, *match.span("names"))
        if _are_names(names):
            fact = "first_name" if re.fullmatch(_FIRST_LABEL, match.group("label")) else "last_name"
            facts.setdefault(fact, " ".join(_cased(name) for name in names))
            spans.append(Span(*match.span()))
    return Contacts(facts, tuple(spans)) if "last_name" in facts else None


def _last_name_first(text: str, marked: str) -> Contacts | None:
    """ "Hernandez Rivera, Esperanza", where both sides of the comma are names and nothing else is said."""
    match = _LAST_FIRST.fullmatch(marked)
    if match is None or _POLITE.match(normalize(f"{match.group('last')} ")):
        return None
    last, first = (_names_in(text, marked, *match.span(part)) for part in ("last", "first"))
    if len(last) > MOST_LAST_NAMES or len(first) > MOST_GIVEN_NAMES or not all(map(_are_only_names, (last, first))):
        return None
    span = Span(*match.span())
    return Contacts(
        {"first_name": " ".join(_cased(name) for name in first), "last_name": " ".join(_cased(name) for name in last)}, (span,)
    )


def _are_only_names(names: list[str]) -> bool:
    """Whether words are names, or one short name that is a word too, on its own side of a comma ("Ma, Andrew", "Do, Anh")."""
    return _are_names(names) or (len(names) == 1 and names[0][0].isupper() and normalize(names[0]) in _ALSO_NAMES)


def _given_names(names: list[str]) -> int:
    """How many of the names, of which there are two or more, are given names: two in "José Luis Pérez", one in "Ann Lee"."""
    second = normalize(names[1])
    if len(names) == 2 or second in _PARTICLES or second not in _SECOND_NAMES:
        return 1
    return 2


def _two_capitals(text: str) -> bool:
    """Whether a text begins with a first and a last name, which "this is" and "soy" need before a name unasked."""
    names = [word for word in text.split()[:5] if normalize(word) not in _PARTICLES]
    return len(names) >= 2 and all(name[0].isupper() for name in names[:2])


def _cased(name: str) -> str:
    """A name typed all in lower or upper case, with its capital; particles and mixed case are left as written."""
    if normalize(name) in _PARTICLES:
        return name.lower()
    if re.fullmatch("(?i:ii|iii|iv)", name):
        return name.upper()
    return name.capitalize() if name.islower() or (name.isupper() and len(name) > 2) else name
