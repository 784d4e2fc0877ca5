"""Every forecast that is answered goes into the ledger, once, in a thread: no answer waits for it or fails with it.

The pipeline has written it down before; what is answered from a restored or copied store has not been. A failure is
logged and tried again with a later answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from spx_assets.errors import SpxError
from spx_assets.home import open_ledger
from spx_assets.serving.outlook import Outlook
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow

RETRY_S = 30.0
_log = logging.getLogger(__name__)


class Recorder:
    """Writes down each version of the forecast when it is first answered; `failed` is told of each failure."""

    def __init__(self, settings: Settings, failed: Callable[[], None]) -> None:
        self._settings = settings
        self._failed = failed
        self._noted: str | None = None
        self._retry_at = 0.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    def answered(self, outlook: Outlook) -> None:
        """Take note of an answer; a comparison, unless its forecast is new."""
        if outlook.version != self._noted and time.monotonic() >= self._retry_at:
            self._noted = outlook.version
            self._thread.submit(self._write, outlook)

    def close(self) -> None:
        """Wait for what is being written."""
        self._thread.shutdown()

    def _write(self, outlook: Outlook) -> None:
        try:
            made_at = datetime.now(UTC)
            new = open_ledger(self._settings).append(entry(outlook, each, made_at) for each in outlook.entries.values())
        except Exception as error:  # noqa: BLE001  # the answers go on, whatever is wrong with the ledger
            said = str(error) if isinstance(error, SpxError) else f"{type(error).__name__}: {error}"
            _log.warning("forecast %s is not in the ledger: %s", outlook.version, said)
            self._noted, self._retry_at = None, time.monotonic() + RETRY_S
            self._failed()
        else:
            _log.info("forecast %s is in the ledger, %d rows new", outlook.version, new)


def entry(outlook: Outlook, forecast: Mapping[str, Any], made_at: datetime) -> LedgerRow:
    """One horizon's forecast as a row of the ledger."""
    bounds = {
        f"{side}_{100 * interval['level']:g}": interval[side]
        for interval in forecast["intervals"]
        for side in ("lower", "upper")
    }
    plain = {name: value for name, value in forecast.items() if name not in {"lower", "upper", "level", "intervals"}}
    return LedgerRow.of({**outlook.shared, **plain, **bounds}, made_at=made_at)
