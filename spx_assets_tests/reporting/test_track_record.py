"""The track record's picture: a PNG, the same for the same record."""

from __future__ import annotations

import pandas as pd

from spx_assets.forecasting import evaluate, ledger_table, track_record
from spx_assets.reporting import track_record_picture


def test_equal_records_give_equal_pictures(cleaned: pd.DataFrame) -> None:
    """Also the one of a ledger that holds nothing yet."""
    evaluation = evaluate(cleaned, horizons=(1,), candidates=())
    record = track_record(ledger_table([]), cleaned, evaluation)

    picture = track_record_picture(record)

    assert picture.startswith(b"\x89PNG")
    assert picture == track_record_picture(record)
