"""Network: the first six layers of multilingual-e5-small, and on their standardised states one head for each question.

A linear layer gives the role of each word piece. The labels of a message have each an attention of their own over the pieces
and a weight vector of their own for what it gathers: label-wise attention (Mullenbach et al. 2018). Half of the base model's
layers, since a message is then read in half the time.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tools.tagger.base_weights import BaseWeights
from tools.tagger.labels import LABELS, ROLES

LAYERS: Final = 6
_WIDTH: Final = 384
_INNER: Final = 1536
_HEADS: Final = 12
_POSITIONS: Final = 512
_EPSILON: Final = 1e-12
# Added to the attention to a piece that only fills a row up.
_ABSENT: Final = -1e4
_DROPOUT: Final = 0.1
_HEAD_DROPOUT: Final = 0.25
_INITIAL: Final = 0.02


class Layer(nn.Module):
    """A layer of a BERT encoder (Devlin et al. 2019): self-attention and a feed-forward part, a norm after each."""

    def __init__(self) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(_WIDTH, 3 * _WIDTH)
        self.attended = nn.Linear(_WIDTH, _WIDTH)
        self.attention_norm = nn.LayerNorm(_WIDTH, eps=_EPSILON)
        self.inner = nn.Linear(_WIDTH, _INNER)
        self.outer = nn.Linear(_INNER, _WIDTH)
        self.norm = nn.LayerNorm(_WIDTH, eps=_EPSILON)

    def forward(self, states: Tensor, absent: Tensor | None) -> Tensor:
        rows, length, _ = states.shape
        split = self.query_key_value(states).view(rows, length, 3, _HEADS, _WIDTH // _HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(_WIDTH // _HEADS)
        if absent is not None:
            scores = scores + absent[:, None, None, :]
        gathered = torch.matmul(functional.softmax(scores, -1), value).permute(0, 2, 1, 3).reshape(rows, length, _WIDTH)
        states = self.attention_norm(states + self.attended(gathered))
        result: Tensor = self.norm(states + self.outer(functional.gelu(self.inner(states))))
        return result


class Encoder(nn.Module):
    """Word pieces to states. `absent` is what is added to the attention to each piece; None where all pieces are there."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, _WIDTH)
        self.positions = nn.Parameter(torch.zeros(_POSITIONS, _WIDTH))
        self.norm = nn.LayerNorm(_WIDTH, eps=_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, ids: Tensor, absent: Tensor | None) -> Tensor:
        states: Tensor = self.dropout(self.norm(self.words(ids) + self.positions[: ids.shape[1]][None]))
        for layer in self.layers:
            states = layer(states, absent)
        return states


class Network(nn.Module):
    """Word pieces to the scores of roles, for each piece, and of labels, for the message."""

    mean: Tensor
    scale: Tensor

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.encoder = Encoder(pieces)
        self.roles = nn.Linear(_WIDTH, len(ROLES))
        self.attention = nn.Linear(_WIDTH, len(LABELS))
        self.values = nn.Linear(_WIDTH, len(LABELS))
        self.bias = nn.Parameter(torch.zeros(len(LABELS)))
        self.dropout = nn.Dropout(_HEAD_DROPOUT)
        self.register_buffer("mean", torch.zeros(_WIDTH))
        self.register_buffer("scale", torch.ones(_WIDTH))
        for head in (self.attention, self.values):
            nn.init.normal_(head.weight, std=_INITIAL)

    def forward(self, ids: Tensor, present: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """`present` is 1 for a piece, 0 for what only fills a row up; None where all are pieces."""
        absent = absence(present)
        return self.heads(self.encoder(ids, absent), absent)

    def heads(self, states: Tensor, absent: Tensor | None) -> tuple[Tensor, Tensor]:
        """The scores from the encoder's states."""
        states = self.dropout((states - self.mean) * self.scale)
        attention = self.attention(states)
        if absent is not None:
            attention = attention + absent[:, :, None]
        labels = (functional.softmax(attention, 1) * self.values(states)).sum(1) + self.bias
        return self.roles(states), labels

    def standardise(self, states: Tensor) -> None:
        """Makes the heads see states with mean 0 and spread 1 in each dimension, as judged by these."""
        self.mean.copy_(states.mean(0))
        self.scale.copy_(1 / (states.std(0) + 1e-4))


def absence(present: Tensor | None) -> Tensor | None:
    """What to add to the attention to each piece."""
    return None if present is None else (1.0 - present) * _ABSENT


def from_base(base: BaseWeights, kept: NDArray[np.int64]) -> Network:
    """A network whose encoder begins with the base model's weights, for the pieces in `kept`; its heads know nothing yet."""
    network = Network(len(kept))
    encoder = network.encoder
    with torch.no_grad():
        encoder.words.weight.copy_(torch.from_numpy(base.tensor("emb.word").reshape(-1, base.width)[kept]))
        # All of a message is of one type, so the type's embedding is part of the position's.
        types = base.tensor("emb.type").reshape(-1, base.width)
        encoder.positions.copy_(torch.from_numpy(base.tensor("emb.pos").reshape(-1, base.width)[:_POSITIONS] + types[0]))
        encoder.norm.weight.copy_(torch.from_numpy(base.tensor("emb.ln.w")))
        encoder.norm.bias.copy_(torch.from_numpy(base.tensor("emb.ln.b")))
        for index, layer in enumerate(encoder.layers):
            _fill(layer, base, index)
    return network


def _fill(layer: nn.Module, base: BaseWeights, index: int) -> None:
    sources = {
        "query_key_value": ("q", "k", "v"),
        "attended": ("ao",),
        "attention_norm": ("aln",),
        "inner": ("fi",),
        "outer": ("fo",),
        "norm": ("oln",),
    }
    for name, parts in sources.items():
        for kind in ("weight", "bias"):
            target = layer.get_parameter(f"{name}.{kind}")
            flat = np.concatenate([base.tensor(f"l{index}.{part}.{kind[0]}") for part in parts])
            target.copy_(torch.from_numpy(flat).reshape(target.shape))
