"""The assistant's working memory of one conversation, which Rasa keeps in its tracker store, and how it is forgotten."""

from __future__ import annotations

from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from sqlalchemy import text

from leeward.ops import paths


class NotForgettable(Exception):
    """The tracker store is of a kind whose rows cannot be deleted here."""


def delete_tracker(conversation_id: str) -> None:
    """Deletes every event of a conversation from the tracker store that endpoints.yml names.

    Raises NotForgettable where that is no SQL store.
    """
    endpoints = AvailableEndpoints.read_endpoints(str(paths.PROJECT / "endpoints.yml"))
    store = TrackerStore.create(endpoints.tracker_store, Domain.empty())
    if not isinstance(store, SQLTrackerStore):
        raise NotForgettable(type(store).__name__)
    is_sqlite = store.engine.dialect.name == "sqlite"
    with store.session_scope() as session:
        if is_sqlite:
            # Deleted rows are overwritten, and the write-ahead log is emptied: nothing said stays on the disk.
            session.execute(text("PRAGMA secure_delete = ON"))
        session.query(store.SQLEvent).filter_by(sender_id=conversation_id).delete()
        session.commit()
    if is_sqlite:
        with store.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    store.engine.dispose()
