"""Signatures: what a phone, a mail program or a habit adds below a message, and its writer did not mean as part of it."""

from __future__ import annotations

import re
from typing import Final

from leeward.nlu.normalization import fold

_TRAIL: Final = r"[\s\-–—_~*|•.,:;!()\[\]<>]*"
# "Sent from my iPhone", "Enviado desde mi Samsung", "Get Outlook for Android".
_TAGLINE: Final = re.compile(
    rf"{_TRAIL}\b(?:sent|typed|written|enviado|mandado|escrito)\s+(?:\w+\s+)?"
    rf"(?:from|via|using|with|by|on|desde|con|por)\s+[^\n]{{1,60}}$"
    rf"|{_TRAIL}\b(?:get|download|obtener|obtenga|descargar)\s+outlook\b[^\n]{{0,40}}$",
    re.IGNORECASE,
)
# RFC 3676, section 4.3: a line "-- " begins the signature. People leave out the space, or use other dashes.
_DELIMITER: Final = re.compile(r"\n[ \t]*(?:--+|—+|__+|~~+|\*\*\*+)[ \t]*\n.*\Z", re.DOTALL)
_QUOTED: Final = re.compile(
    r"\n\s*(?:On\b[^\n]{5,120}\bwrote:|El\b[^\n]{5,120}\bescribió:|-{2,} ?Original Message\b).*\Z", re.DOTALL
)
_PREFIX: Final = re.compile(r"^\s*(?:(?:re|fw|fwd|rv)\s*:\s*)+", re.IGNORECASE)
# "… - Maria Lopez", "… ~ Joe": a dash, and one to three words that are written as names are.
_NAME_WORD: Final = r"(?:[A-ZÁÉÍÓÚÑ][a-záéíóúñü'’]+|[A-Z])\.?"
_NAME: Final = re.compile(rf"(?:\s*[–—~]+|\s+-+|--+)\s*({_NAME_WORD}(?:\s+{_NAME_WORD}){{0,2}})\s*$")
# Words with a capital that are no name, but what the sentence is about ("Stop - The Foreclosure").
_NO_NAME: Final = frozenset(
    """a an the this that these my our your his her their it i all no not now please
    foreclosure sale auction eviction lawsuit loan mortgage bank home house payment payments calls texts
    el la los las un una mi mis su sus esta este eso todo gracias
    venta subasta ejecucion desalojo demanda prestamo hipoteca banco casa pago pagos llamadas mensajes""".split()
)


def strip_signature(text: str) -> str:
    """The text without a mail's "Re:", quoted mail, a tagline and a signature; unchanged where nothing else would be left."""
    body = _PREFIX.sub("", _DELIMITER.sub("", _QUOTED.sub("", text)))
    body = _without_name(_TAGLINE.sub("", body.rstrip()).rstrip())
    return body if body.strip() else text


def _without_name(text: str) -> str:
    found = _NAME.search(text)
    if found is None or any(word.strip(".") in _NO_NAME for word in fold(found.group(1)).split()):
        return text
    return text[: found.start()]
