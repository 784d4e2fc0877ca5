"""`table`, `model`, `record` and `document`: thin adapters between Dagster and the versioned store.

They decide nothing: files, digests, locks and pointers belong to `store`, encoding to `artifacts`.
"""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd

from spx_assets import artifacts, reporting
from spx_assets.forecasting import TrackRecord, TrainedModel
from spx_assets.orchestration.audit import refusals
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.orchestration.table_type import actual_columns
from spx_assets.orchestration.unchanged import Kept


class StoreIOManager(dg.IOManager):
    """Commits outputs as complete versions and loads the current, verified version as inputs."""

    def __init__(self, session: StoreSession, accepts: type | tuple[type, ...]) -> None:
        self._session = session
        self._accepts = accepts

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Commit `obj` as a version of its asset and record where it stands; nothing for an asset that is kept."""
        if not isinstance(obj, (self._accepts, Kept)):
            raise TypeError(f"{context.asset_key.to_user_string()} gave a {type(obj).__name__}, not {self._accepts}")
        asset = context.asset_key.path[-1]
        if isinstance(obj, Kept):
            context.add_output_metadata({"version": obj.version, "new_version": False})
            return
        files = self._session.payload(asset, obj).digests
        with refusals(context.log, asset):
            commit = self._session.commit(asset, obj)
        folder = self._session.folder(asset, commit.version)
        schema = context.dagster_type.metadata.get("schema")
        if isinstance(obj, pd.DataFrame) and isinstance(schema, dg.TableSchemaMetadataValue):
            context.add_output_metadata({"dagster/column_schema": actual_columns(schema.schema, obj)})
        context.add_output_metadata(
            {
                "version": commit.version,
                "new_version": commit.new,
                "dagster/uri": (folder / next(iter(files)) if len(files) == 1 else folder).as_uri(),
                "files": dg.MetadataValue.md(
                    "\n".join(
                        f"- `{name}` {digest.size_bytes:,} bytes, sha256 `{digest.sha256[:12]}…`"
                        for name, digest in files.items()
                    )
                ),
            }
        )

    def load_input(self, context: dg.InputContext) -> Any:
        """The current version's value, its digest verified."""
        asset = context.asset_key.path[-1]
        with refusals(context.log, asset):
            return self._session.load(asset, reader=context.op_def.name)


def io_managers(session: StoreSession) -> dict[str, StoreIOManager]:
    """One per kind of value."""
    return {
        "table": StoreIOManager(session, pd.DataFrame),
        "model": StoreIOManager(session, (TrainedModel, artifacts.Deployment)),
        "record": StoreIOManager(session, TrackRecord),
        "document": StoreIOManager(session, reporting.Report),
    }
