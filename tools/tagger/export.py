"""Export: the trained network as ONNX with 8-bit weights, its vocabulary and the manifest, where leeward.nlu.tagger reads them.

Dynamic quantization: the weights of embeddings and matrices are stored as int8, those of matrices with a scale for each column,
and what is multiplied with them is quantized when it is known. A quarter of the size of float32.

python -m tools.tagger.export var/tagger/stage4.pt
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from tools.tagger.labels import SHIPPED, WORK, write_manifest
from tools.tagger.network import Network

# Later ones are not known to the ONNX Runtime that the assistant runs with.
_OPSET: Final = 17
_QUANTIZED: Final = ["MatMul", "Gather", "Gemm"]


class OneMessage(nn.Module):
    """The network for one message, which needs no filling up: scores without the dimension of a batch."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        roles, labels = self.network(ids)
        return roles[0], labels[0]


def export(network: Network, path: Path) -> None:
    """Writes a network as quantized ONNX."""
    with tempfile.TemporaryDirectory() as folder:
        exact, prepared = Path(folder) / "exact.onnx", Path(folder) / "prepared.onnx"
        torch.onnx.export(
            OneMessage(network).eval(),
            (torch.arange(4, 44)[None],),
            exact,
            input_names=["ids"],
            output_names=["roles", "labels"],
            dynamic_axes={"ids": {1: "pieces"}, "roles": {0: "pieces"}},
            opset_version=_OPSET,
            dynamo=False,
        )
        quant_pre_process(exact, prepared, skip_symbolic_shape=True)
        quantize_dynamic(prepared, path, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=_QUANTIZED)


def trained(path: Path) -> Network:
    """The network in a file that training wrote."""
    weights = torch.load(path, weights_only=True)
    network = Network(len(weights["encoder.words.weight"]))
    network.load_state_dict(weights)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", type=Path, help="what the last stage wrote")
    parser.add_argument("--work", type=Path, default=WORK, help="the folder with the vocabulary")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the folder to write to")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    export(trained(options.network), options.out / "network.onnx")
    shutil.copyfile(options.work / "vocabulary.model", options.out / "vocabulary.model")
    write_manifest(options.out)


if __name__ == "__main__":
    main()
