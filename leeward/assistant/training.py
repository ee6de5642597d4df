"""Training, with nothing sent anywhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rasa.model_training import train as rasa_train

from leeward.assistant import logging_config
from leeward.ops import paths


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
        Path(result.model).replace(target)
    for older in target.parent.glob("leeward-*.tar.gz"):
        if older != target:
            older.unlink()
