"""Health: which services answer and with which version, what is stored and how old, whether every byte is whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from spx_assets.dashboard import api, counters, stored, tables
from spx_assets.dashboard.context import Context
from spx_assets.dashboard.freshness import outdated_inputs
from spx_assets.dashboard.wording import age, count, figure, instant, plain, runs, views
from spx_assets.errors import SpxError
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Verdict

MEGABYTE = 1e6
# Verifying reads every stored byte; a reader who comes back within a minute need not wait for it.
VERIFIED_FOR_S = 60


def show(context: Context) -> None:
    """Services, integrity, versions."""
    st.title("Health")
    _services(context)
    with context.told():
        _versions(context, _integrity(context))


def _services(context: Context) -> None:
    st.header("Services")
    used = counters.read(context.counters_folder)
    if used is not None:
        st.markdown(
            f"**Dashboard** runs since {instant(used.started_at)} ({age(used.started_at, context.now)}): "
            f"{views(used.views)}, {runs(used.what_if_runs)} of What if. No user data is recorded."
        )
    with context.told():
        _api(context)


def _api(context: Context) -> None:
    found = api.readiness(context.settings)
    where = f"**API** at `{api.base_url(context.settings)}`"
    if not found.ready:
        st.warning(f"{where} answers, and serves no model yet. {plain(found.problem or '')}", icon=":material/info:")
        return
    current = stored.current_versions(context.settings)["deployed_model"]
    step = (
        "the current one"
        if found.model_version == current
        else f"while {current} is deployed: it follows within seconds"
    )
    st.markdown(
        f"{where} is ready and serves deployed_model {found.model_version}, {step}. {plain(found.problem or '')}"
    )


def _versions(context: Context, damaged: Collection[tuple[str, str]]) -> None:
    st.header("What is stored")
    current = stored.current_versions(context.settings)
    rows = [_row(context, asset, version, current) for asset, version in current.items()]
    rows = [{**row, "State": "damaged"} if (row["Asset"], row["Version"]) in damaged else row for row in rows]
    tables.show(pd.DataFrame(rows), formats={"Rows": count, "MB": figure}, alt="The current version of every asset")
    if missing := [asset for asset, version in current.items() if version is None]:
        st.markdown(f"Not there yet: {', '.join(missing)}. `spx run` makes every asset.")


def _row(context: Context, asset: str, version: str | None, current: dict[str, str | None]) -> dict[str, object]:
    empty: dict[str, object] = {
        "Asset": asset,
        "Version": "–",
        "Stored": "",
        "Age": "",
        "To": "",
        "Rows": None,
        "MB": None,
        "State": "absent",
    }
    if version is None:
        return empty
    try:
        record = open_store(context.settings).manifest(asset, version)
    except SpxError:
        return {**empty, "Version": version, "State": "damaged"}
    newer = outdated_inputs(record.provenance.inputs, current)
    return {
        "Asset": asset,
        "Version": version,
        "Stored": instant(record.created_at),
        "Age": age(record.created_at, context.now),
        "To": _iso(record.last_session),
        "Rows": record.rows,
        "MB": sum(digest.size_bytes for digest in record.files.values()) / MEGABYTE,
        "State": f"made from an earlier {', '.join(newer)}" if newer else "up to date",
    }


def _iso(session: date | None) -> str:
    return "" if session is None else session.isoformat()


def _integrity(context: Context) -> Collection[tuple[str, str]]:
    """Say what a check of every byte found; the damaged versions as (asset, version)."""
    st.header("Integrity")
    if st.button("Check every byte again", icon=":material/verified:"):
        _verdicts.clear()
    verdicts, at = _verdicts(str(context.settings.store_root.absolute()), context.settings, context.now.isoformat())
    damaged = [verdict for verdict in verdicts if not verdict.ok]
    when = f"Checked {age(at, context.now)}."
    assets = len({verdict.asset for verdict in verdicts})
    if not verdicts:
        st.markdown("Nothing is stored yet. `spx run` makes every asset.")
    elif not damaged:
        st.success(
            f"{len(verdicts):,} versions of {assets} assets, all intact. {when}",
            icon=":material/verified:",
        )
    else:
        st.error(f"{len(damaged)} of {len(verdicts)} stored versions are damaged. {when}", icon=":material/error:")
        st.markdown(
            "\n".join(f"- {plain(verdict.asset)} {verdict.version}: {plain(verdict.problem)}" for verdict in damaged)
        )
    return {(verdict.asset, verdict.version) for verdict in damaged}


@st.cache_resource(show_spinner="Checking every byte …", ttl=VERIFIED_FOR_S, max_entries=8)
def _verdicts(
    root: str,  # noqa: ARG001  # part of the key of the cache
    _settings: Settings,
    _at: str,
) -> tuple[Sequence[Verdict], str]:
    """A verdict on every stored version, and when it was made."""
    return open_store(_settings).verify(), _at
