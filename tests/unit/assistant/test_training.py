"""A trained model is kept in a form that loads quickly: without its training graph, the domain as JSON."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain

from leeward.assistant.components import JsonDomainProvider
from leeward.assistant.training import make_quick_to_load

DOMAIN = Domain.from_dict({"intents": ["greet"], "slots": {"state": {"type": "text", "mappings": [{"type": "custom"}]}}})
METADATA = {
    "domain": DOMAIN.as_dict(),
    "train_schema": {"nodes": {"validator": {"uses": "rasa.graph_components.validators.default_recipe_validator.X"}}},
    "predict_schema": {
        "nodes": {"domain_provider": {"uses": "rasa.DomainProvider", "resource": {"name": "domain_provider"}}},
    },
}


def archive(path: Path, files: dict[str, bytes]) -> Path:
    """A model of Rasa's with these files."""
    with tarfile.open(path, "w:gz") as model:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            model.addfile(member, io.BytesIO(content))
    return path


def read(path: Path) -> dict[str, bytes]:
    """The files of a model."""
    with tarfile.open(path) as model:
        return {member.name: content.read() for member in model if (content := model.extractfile(member)) is not None}


def test_only_the_training_graph_is_left_out(tmp_path: Path) -> None:
    trained = archive(
        tmp_path / "trained.tar.gz",
        {"metadata.json": json.dumps(METADATA).encode(), "components/rules/rules.json": b"[1, 2]"},
    )
    make_quick_to_load(trained, tmp_path / "kept.tar.gz")
    kept = read(tmp_path / "kept.tar.gz")
    metadata: dict[str, Any] = json.loads(kept["metadata.json"])
    assert kept["components/rules/rules.json"] == b"[1, 2]"
    assert metadata["train_schema"] == {"nodes": {}}
    assert metadata["domain"] == METADATA["domain"]


def test_the_domain_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    trained = archive(tmp_path / "trained.tar.gz", {"metadata.json": json.dumps(METADATA).encode()})
    make_quick_to_load(trained, tmp_path / "kept.tar.gz")
    storage = tmp_path / "storage"
    for name, content in read(tmp_path / "kept.tar.gz").items():
        if name.startswith("components/"):
            file = storage / name.removeprefix("components/")
            file.parent.mkdir(parents=True)
            file.write_bytes(content)
    provider = JsonDomainProvider.load(
        {}, LocalModelStorage(storage), Resource("domain_provider"), ExecutionContext(GraphSchema({}))
    )
    assert provider.provide_inference().as_dict() == DOMAIN.as_dict()
