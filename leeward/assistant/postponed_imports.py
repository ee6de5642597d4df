"""Keeps TensorFlow out of the running assistant: what only training needs is imported when something first uses it.

On the way to the agent, Rasa imports TensorFlow at one place: `rasa.nlu.extractors.extractor` imports `rasa.utils.train_utils`,
whose functions only trained components call, and of those we have none (docs/decisions/0016-no-tensorflow-while-it-runs.md).
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

TRAINING_ONLY = "rasa.utils.train_utils"


def postpone(name: str) -> None:
    """Lets `import name` succeed at once; the module itself is imported at the first use of anything in it.

    The standard library's LazyLoader does not do: the second `import` of a module looks at its `__spec__`, which loads it. Does
    nothing where the module is imported already. Raises ModuleNotFoundError where there is none of this name.
    """
    if name in sys.modules:
        return
    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    placeholder = ModuleType(name)
    placeholder.__spec__ = spec

    def load(attribute: str) -> Any:
        """PEP 562: what the placeholder lacks is looked up in the module itself."""
        if sys.modules.get(name) is placeholder:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    placeholder.__getattr__ = load  # type: ignore[method-assign]
    sys.modules[name] = placeholder
    package, _, leaf = name.rpartition(".")
    setattr(sys.modules[package], leaf, placeholder)
