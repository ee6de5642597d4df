"""Runs Rasa's graph of components one after the other, in an order that is worked out once."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional

from rasa.engine.runner.dask import DaskGraphRunner


class InOrderGraphRunner(DaskGraphRunner):
    """Rasa's graph runner without Dask's scheduler.

    Dask works the same order out anew for each run, several times in a turn; nothing in our graph could run side by side.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._orders: Dict[tuple[str, ...], List[tuple[str, tuple[str, ...]]]] = {}

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """The output of each target node, given the inputs by their names, as Rasa's interface says."""
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            outputs[name] = self._instantiated_nodes[name](*(outputs.get(need, need) for need in needs))
        return dict(outputs[name] for name in wanted)

    def _order(self, targets: tuple[str, ...]) -> List[tuple[str, tuple[str, ...]]]:
        """The nodes that these targets need, each after those it needs itself, which stand beside it."""
        if targets not in self._orders:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            self._orders[targets] = [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]
        return self._orders[targets]
