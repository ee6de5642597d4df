"""The assistant's server: Rasa's agent behind Leeward's own channels, and nothing else of Rasa's HTTP surface.

Neither the management API nor the stock channels are served (docs/decisions/0002-web-channel.md), and a tracker store that
fails is a turn that fails: Rasa's fall-back to memory would answer 200 and forget (rasa/core/tracker_store.py
FailSafeTrackerStore).
"""

from __future__ import annotations

import asyncio
import gc
from datetime import date
from functools import partial
from pathlib import Path

import rasa.core.processor
from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import InputChannel, register
from rasa.core.utils import AvailableEndpoints
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_config_file
from sanic import Sanic

from leeward import records
from leeward.assistant import logging_config
from leeward.assistant.action_endpoint import ActionServer, InProcessActions, check_replies_of_servers_only
from leeward.assistant.background import for_ever
from leeward.assistant.graph_runner import InOrderGraphRunner
from leeward.assistant.tracker_store import SnapshotTrackerStore
from leeward.core.business_days import is_federal_holiday
from leeward.ops import model_files, paths, web_server
from leeward.ops.settings import Settings


def run(port: int, host: str = "127.0.0.1") -> None:
    """Serves the assistant on `host`:`port` until stopped. Raises RasaException where there is no model that fits."""
    logging_config.configure()
    records.setup()
    # The records' tables can be imported only once they are set up.
    from leeward.assistant.retention_worker import keep_log_emptied, keep_to_retention
    from leeward.assistant.turn_processor import keep_up

    model = model_files.model_file()
    if not model.exists():
        raise RasaException("There is no model for the present data. Run `leeward train` first.")
    app = Sanic("leeward", configure_logging=False)
    register(_channels(), app, route="/")

    # Before the channels' own listeners, which need the agent.
    @app.listener("before_server_start")
    async def load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.agent = await _load_agent(model, loop)
        # The first reading loads the gazetteer, the first date the holidays; nobody should wait for that.
        await app.ctx.agent.parse_message("ready in Chicago")
        is_federal_holiday(date.today())
        # All that is loaded by now stays: later collections need not go through it.
        gc.collect()
        gc.freeze()
        gc.enable()
        app.ctx.tasks = [
            loop.create_task(for_ever(partial(keep_up, app.ctx.agent))),
            loop.create_task(for_ever(keep_to_retention)),
            loop.create_task(for_ever(keep_log_emptied)),
        ]

    @app.listener("before_server_stop")
    async def end(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        for task in app.ctx.tasks:
            task.cancel()

    settings = Settings.from_environment()
    web_server.serve(app, host=host, port=port, hosts=settings.names_of_chat, settings=settings, lifespan=True)


def _channels() -> list[InputChannel]:
    """The channels of credentials.yml. Rasa's own way to them (rasa.core.run) imports its model tests and plots with it."""
    named = read_config_file(str(paths.PROJECT / "credentials.yml"))
    return [class_from_module_path(name).from_credentials(settings) for name, settings in named.items()]


async def _load_agent(model: Path, loop: asyncio.AbstractEventLoop) -> Agent:
    """Rasa's agent with Leeward's way to the actions and its tracker store."""
    endpoints = AvailableEndpoints.read_endpoints(str(paths.PROJECT / "endpoints.yml"))
    url = Settings.from_environment().actions_url
    endpoints.action = ActionServer(url) if url else InProcessActions()
    endpoints.tracker_store = None
    # The processor names its runner and takes no other.
    rasa.core.processor.DaskGraphRunner = InOrderGraphRunner
    agent = await load_agent(str(model), endpoints=endpoints, loop=loop)
    if agent.processor is None:
        raise RasaException(f"The model {model.name} could not be loaded.")
    store = SnapshotTrackerStore(agent.domain)
    agent.tracker_store = agent.processor.tracker_store = store
    check_replies_of_servers_only()
    return agent
