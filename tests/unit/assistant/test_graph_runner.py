"""Rasa's graph without Dask: the same outputs, each node after those that it needs, and only what a target needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from leeward.assistant.graph_runner import InOrderGraphRunner

ran: list[str] = []


class Joined(GraphComponent):
    """Joins two words, and notes that it ran."""

    @classmethod
    def create(cls, config: dict[str, Any], **context: Any) -> Joined:
        """One that knows its own name."""
        joined = cls()
        joined.name = config["name"]
        return joined

    name = ""

    def join(self, first: str, second: str) -> str:
        """Both words in brackets."""
        ran.append(self.name)
        return f"({first} {second})"


def node(name: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Joined, constructor_name="create", fn="join", config={"name": name})


# Not in the order in which they must run.
SCHEMA = GraphSchema(
    {
        "top": node("top", first="middle", second="base"),
        "aside": node("aside", first="base", second="base"),
        "middle": node("middle", first="base", second=PLACEHOLDER_MESSAGE),
        "base": node("base", first=PLACEHOLDER_MESSAGE, second=PLACEHOLDER_MESSAGE),
    }
)


def runner(kind: type[GraphRunner], folder: Path) -> GraphRunner:
    return kind.create(SCHEMA, LocalModelStorage(folder), ExecutionContext(SCHEMA))


@pytest.mark.parametrize("targets", [["top"], ["aside"], ["top", "aside"], ["base"]])
def test_the_outputs_are_those_of_rasas_own_runner(tmp_path: Path, targets: list[str]) -> None:
    kinds = (DaskGraphRunner, InOrderGraphRunner)
    outputs = [runner(kind, tmp_path).run({PLACEHOLDER_MESSAGE: "sea"}, targets) for kind in kinds]
    assert outputs[0] == outputs[1]
    assert list(outputs[1]) == targets


def test_a_node_runs_once_after_those_it_needs_and_not_where_nobody_needs_it(tmp_path: Path) -> None:
    in_order = runner(InOrderGraphRunner, tmp_path)
    for word in ("sea", "wind"):
        ran.clear()
        assert in_order.run({PLACEHOLDER_MESSAGE: word}, ["top"])["top"].count(word) == 5
        assert ran == ["base", "middle", "top"]
