"""Training: one stage, from the base model or from the network of an earlier stage (--init).

The learning rate rises over the first steps and then falls in a straight line to a share of itself (--floor); the new heads
learn faster than the encoder. A tenth of the pieces outside of marks is hidden in each step (word dropout), so that the network
leans on no single word. After each epoch the network is written and measured on the held twelfth of the messages.

python -m tools.tagger.train --out var/tagger/stage1.pt --epochs 4 --learning-rate 4e-4
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import sentencepiece
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from leeward.nlu.labelled_messages import LabelledMessage, load_messages
from tools.tagger.base_weights import default_file, load_base
from tools.tagger.examples import (
    IGNORED,
    MESSAGES,
    NLU,
    PADDING,
    UNKNOWN,
    Example,
    Examples,
    Variation,
    by_length,
    held_out,
    short_texts,
)
from tools.tagger.labels import CHOICES, FIRST_INDEPENDENT, INDEPENDENT, TOPICS, WORK, choice_columns
from tools.tagger.network import Network, absence, from_base

_SEED: Final = 1
_HEAD_LEARNING_RATE: Final = 2e-3
_WEIGHT_DECAY: Final = 0.05
_WARM_UP: Final = 100  # steps
_MOST_GRADIENT: Final = 1.0
_HIDDEN: Final = 0.1
# Pieces in a batch, filling included: in training, and where no gradients are kept.
_BATCH: Final = 900
_MEASURED_BATCH: Final = 6_000
# What each part of the loss counts: roles of pieces, choices, independent labels.
_LOSS_WEIGHTS: Final = (2.0, 1.0, 0.5)
# Messages and batches whose states show how to standardise.
_SAMPLED_MESSAGES: Final = 400
_SAMPLED_BATCHES: Final = 20
_REPORT: Final = 50  # steps
# From this probability on a topic counts as found, when measured.
_TOPIC_FOUND: Final = 0.35
_CRISIS: Final = INDEPENDENT.index(("crisis", "crisis"))

Batch = Sequence[Example]


@dataclass(frozen=True, slots=True)
class Tensors:
    """A batch as tensors: a row for each example, filled up to the longest."""

    ids: Tensor
    present: Tensor
    roles: Tensor
    choices: Tensor
    independent: Tensor


def tensors(batch: Batch) -> Tensors:
    """The tensors of a batch."""
    longest = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), longest), PADDING)
    roles = torch.full((len(batch), longest), IGNORED)
    present = torch.zeros(len(batch), longest)
    for row, example in enumerate(batch):
        length = len(example.ids)
        ids[row, :length] = torch.tensor(example.ids)
        roles[row, :length] = torch.tensor(example.roles)
        present[row, :length] = 1
    choices = torch.tensor([example.choices for example in batch])
    return Tensors(ids, present, roles, choices, torch.tensor([example.independent for example in batch]))


def scores(network: Network, ids: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
    """The scores of roles and labels; the encoder runs in bfloat16, faster on a CPU that has it."""
    absent = absence(present)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = network.encoder(ids, absent)
    roles, labels = network.heads(states.float(), absent)
    return roles, labels


def hide_words(ids: Tensor, roles: Tensor) -> Tensor:
    """The ids with some pieces made unknown, but none of a mark: what a role is of stays to be read."""
    hidden = (torch.rand(ids.shape) < _HIDDEN) & (ids > UNKNOWN) & (roles <= 0)
    return torch.where(hidden, UNKNOWN, ids)


def losses(roles: Tensor, labels: Tensor, wanted: Tensors) -> tuple[Tensor, Tensor, Tensor]:
    """The weighted losses of roles, choices and independent labels; nothing for what is ignored or left open."""
    role_loss = functional.cross_entropy(roles.flatten(0, 1), wanted.roles.flatten(), ignore_index=IGNORED, reduction="sum")
    role_loss = role_loss / max(1, int((wanted.roles != IGNORED).sum()))
    choice_loss = labels.new_zeros(())
    for index, columns in enumerate(choice_columns().values()):
        classes = wanted.choices[:, index]
        if bool((classes != IGNORED).any()):
            choice_loss = choice_loss + functional.cross_entropy(labels[:, columns], classes, ignore_index=IGNORED)
    known = (wanted.independent >= 0).float()
    each = functional.binary_cross_entropy_with_logits(
        labels[:, FIRST_INDEPENDENT:], wanted.independent.clamp(min=0), reduction="none"
    )
    parts = (role_loss, choice_loss, (each * known).sum(1).mean())
    first, second, third = (weight * part for weight, part in zip(_LOSS_WEIGHTS, parts, strict=True))
    return first, second, third


def train(
    network: Network, batches: Callable[[], list[Batch]], options: argparse.Namespace, measure: Callable[[], str]
) -> None:
    """Trains a network for the epochs of a stage; `batches` gives an epoch, `measure` says after each how good it is."""
    encoder = list(network.encoder.parameters())
    heads = [parameter for name, parameter in network.named_parameters() if not name.startswith("encoder.")]
    rates = (options.learning_rate, _HEAD_LEARNING_RATE)
    optimizer = torch.optim.AdamW([{"params": encoder}, {"params": heads}], weight_decay=_WEIGHT_DECAY)
    total = len(batches()) * options.epochs
    step = 0
    for epoch in range(1, options.epochs + 1):
        network.train()
        recent: list[list[float]] = []
        began = time.monotonic()
        for batch in batches():
            step += 1
            share = _share(step, total, options.floor)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * share
            recent.append(_step(network, optimizer, tensors(batch)))
            if step % _REPORT == 0:
                print(f"step {step} of {total}: losses {np.mean(recent[-_REPORT:], axis=0).round(3)}", flush=True)
        torch.save(network.state_dict(), options.out)
        print(f"epoch {epoch}, {time.monotonic() - began:.0f} s: {measure()}", flush=True)


def _share(step: int, total: int, floor: float) -> float:
    """What part of the learning rate a step has. Epochs differ by a few batches, so the last steps may lie beyond `total`."""
    left = max(0.0, 1 - step / (total + 1))
    return min(1.0, step / _WARM_UP) * (floor + (1 - floor) * left)


def _step(network: Network, optimizer: torch.optim.Optimizer, batch: Tensors) -> list[float]:
    roles, labels = scores(network, hide_words(batch.ids, batch.roles), batch.present)
    parts = losses(roles, labels, batch)
    torch.stack(parts).sum().backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), _MOST_GRADIENT)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return [float(part.detach()) for part in parts]


@torch.no_grad()
def evaluate(network: Network, batches: Iterable[Batch]) -> str:
    """How good a network is on messages, in words: precision and recall, in parts of 1."""
    network.eval()
    counts: Counter[str] = Counter()
    for batch in batches:
        wanted = tensors(batch)
        roles, labels = scores(network, wanted.ids, wanted.present)
        _count_roles(counts, roles.argmax(-1), wanted.roles)
        for index, (fact, columns) in enumerate(choice_columns().items()):
            _count_classes(counts, f"choice {fact}", labels[:, columns].argmax(-1), wanted.choices[:, index])
        chances = torch.sigmoid(labels[:, FIRST_INDEPENDENT:]).numpy()
        for example, row in zip(batch, chances, strict=True):
            if example.message is not None:
                _count_message(counts, example.message, row)
    return _summary(counts)


def _count_roles(counts: Counter[str], got: Tensor, wanted: Tensor) -> None:
    counts["pieces"] += int((wanted != IGNORED).sum())
    counts["pieces right"] += int((got == wanted).sum())
    _count_classes(counts, "role", got, wanted)


def _count_classes(counts: Counter[str], name: str, got: Tensor, wanted: Tensor) -> None:
    """Counts classes other than 0, which says that there is nothing."""
    known = wanted != IGNORED
    counts[f"{name} wanted"] += int((wanted > 0).sum())
    counts[f"{name} got"] += int(((got > 0) & known).sum())
    counts[f"{name} right"] += int(((got == wanted) & (wanted > 0)).sum())


def _count_message(counts: Counter[str], message: LabelledMessage, chances: NDArray[np.float32]) -> None:
    crisis = "crisis" if message.crisis else "calm"
    counts[crisis] += 1
    counts[f"{crisis} alarm"] += int(chances[_CRISIS] > 0.5)
    wanted = set(message.topics) & set(TOPICS)
    if not wanted or message.crisis:
        return
    found = {topic for topic, chance in zip(TOPICS, chances[: len(TOPICS)], strict=True) if chance > _TOPIC_FOUND}
    counts["topics of"] += 1
    counts["first topic right"] += int(TOPICS[int(chances[: len(TOPICS)].argmax())] in wanted)
    counts["topic wanted"] += len(wanted)
    counts["topic got"] += len(found)
    counts["topic right"] += len(wanted & found)


def _summary(counts: Counter[str]) -> str:
    for kind in ("wanted", "got", "right"):
        counts[f"choice {kind}"] = sum(counts[f"choice {fact} {kind}"] for fact in CHOICES)
    both = [f"{name} {_precision_and_recall(counts, name)}" for name in ("role", "choice", "topic")]
    singles = {
        "pieces right": _part(counts, "pieces right", "pieces"),
        "likeliest topic right": _part(counts, "first topic right", "topics of"),
        "crises found": _part(counts, "crisis alarm", "crisis"),
        "false alarms": _part(counts, "calm alarm", "calm"),
    }
    facts = [f"  {fact}: {_precision_and_recall(counts, f'choice {fact}')}" for fact in CHOICES]
    return "\n".join([", ".join([*both, *(f"{name} {part:.3f}" for name, part in singles.items())]), *facts])


def _precision_and_recall(counts: Counter[str], name: str) -> str:
    precision, recall = _part(counts, f"{name} right", f"{name} got"), _part(counts, f"{name} right", f"{name} wanted")
    return f"{precision:.3f}/{recall:.3f} of {counts[f'{name} wanted']}"


def _part(counts: Counter[str], part: str, whole: str) -> float:
    return counts[part] / max(1, counts[whole])


class Stage:
    """The data of a stage: the messages to train on, the held ones, and a share of the short texts, drawn anew each epoch."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._chance = random.Random(_SEED)
        self._examples = Examples(sentencepiece.SentencePieceProcessor(model_file=str(options.work / "vocabulary.model")))
        messages = load_messages(options.messages)
        self.seen = [message for message in messages if not held_out(message)]
        self.held = [message for message in messages if held_out(message)]
        self._short = short_texts(options.nlu)
        self._drawn = int(len(self._short) * options.short_share)
        self._variation = Variation(self.seen, self._chance)

    def epoch(self) -> list[Batch]:
        """The batches of one epoch, with fresh variations."""
        examples = [self._examples.of_message(self._variation.vary(message)) for message in self.seen]
        examples += [self._examples.of_short_text(*pair) for pair in self._chance.sample(self._short, self._drawn)]
        return by_length(examples, _BATCH, self._chance)

    def measured(self) -> list[Batch]:
        """The held messages in batches."""
        return by_length([self._examples.of_message(message) for message in self.held], _MEASURED_BATCH, self._chance)

    def sample(self) -> list[Batch]:
        """Some batches without variation."""
        drawn = self._chance.sample(self.seen, min(_SAMPLED_MESSAGES, len(self.seen)))
        return by_length([self._examples.of_message(message) for message in drawn], _BATCH, self._chance)[:_SAMPLED_BATCHES]


def begin(options: argparse.Namespace, stage: Stage) -> Network:
    """The network that a stage begins with."""
    kept = np.load(options.work / "kept.npy")
    if options.init is not None:
        network = Network(len(kept))
        network.load_state_dict(torch.load(options.init, weights_only=True))
        return network
    network = from_base(load_base(options.base or default_file()), kept)
    network.eval()
    with torch.no_grad():
        batches = [tensors(batch) for batch in stage.sample()]
        states = [network.encoder(batch.ids, absence(batch.present))[batch.present > 0] for batch in batches]
        network.standardise(torch.cat(states))
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the file to write the network to")
    parser.add_argument("--init", type=Path, help="the network of an earlier stage (default: the base model)")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--learning-rate", type=float, default=4e-4, help="of the encoder")
    parser.add_argument("--floor", type=float, default=0.02, help="the share of the learning rate that is left at the end")
    parser.add_argument("--short-share", type=float, default=0.5, help="the share of data/nlu that an epoch draws")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--base", type=Path, help="the file of base weights (default: that of the installed package)")
    parser.add_argument("--messages", type=Path, default=MESSAGES)
    parser.add_argument("--nlu", type=Path, default=NLU)
    parser.add_argument("--work", type=Path, default=WORK, help="the folder with the vocabulary")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(_SEED)
    stage = Stage(options)
    print(len(stage.seen), "messages to train on,", len(stage.held), "held", flush=True)
    network = begin(options, stage)
    train(network, stage.epoch, options, lambda: evaluate(network, stage.measured()))


if __name__ == "__main__":
    main()
