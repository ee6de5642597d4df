"""Training, with nothing sent anywhere."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

from rasa.model_training import train as rasa_train

from leeward.assistant import logging_config
from leeward.assistant.components import DOMAIN_FILE, JsonDomainProvider
from leeward.ops import paths

METADATA: Final = "metadata.json"


def train(target: Path) -> None:
    """Trains on config.yml, the domain and data/, and puts the model at `target`. Older models are removed.

    Raises RuntimeError where Rasa made no model.
    """
    logging_config.configure()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        result = rasa_train(
            domain=str(paths.PROJECT / "domain.yml"),
            config=str(paths.PROJECT / "config.yml"),
            training_files=[str(paths.PROJECT / "data")],
            output=folder,
            fixed_model_name="model",
            force_training=True,
        )
        if result.model is None:
            raise RuntimeError("Rasa trained no model")
        ready = Path(folder) / target.name
        make_quick_to_load(Path(result.model), ready)
        ready.replace(target)
    for older in target.parent.glob("leeward-*.tar.gz"):
        if older != target:
            older.unlink()


def make_quick_to_load(model: Path, target: Path) -> None:
    """Copies a model of Rasa's so that the same assistant is loaded in a third of the time, and without TensorFlow.

    Rasa imports each class that a model's metadata names. The graph that it was trained by, which only fine-tuning reads, names
    a validator that imports TensorFlow (rasa.graph_components.validators.default_recipe_validator): it is left out. The domain
    is kept as JSON beside its YAML, which Rasa parses three times over (leeward.assistant.components.JsonDomainProvider).
    """
    with tarfile.open(model) as trained, tarfile.open(target, "w:gz", format=tarfile.PAX_FORMAT) as kept:
        for member in trained:
            content = trained.extractfile(member)
            if content is not None and member.name == METADATA:
                metadata = json.load(content)
                metadata["train_schema"] = {"nodes": {}}
                provider = metadata["predict_schema"]["nodes"]["domain_provider"]
                provider["uses"] = f"{JsonDomainProvider.__module__}.{JsonDomainProvider.__name__}"
                _add(kept, f"components/{provider['resource']['name']}/{DOMAIN_FILE}", metadata["domain"])
                _add(kept, METADATA, metadata)
            else:
                kept.addfile(member, content)


def _add(archive: tarfile.TarFile, name: str, value: Any) -> None:
    content = json.dumps(value).encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
