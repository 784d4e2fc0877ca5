"""Recessions of the United States as the NBER dated them: facts, with their source.

National Bureau of Economic Research, Business Cycle Dating Committee, "US Business Cycle Expansions and
Contractions" (nber.org/research/data), months of peak and trough. Announced long after the fact: shading
describes the past, and no forecast uses it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from spx_assets.reporting.arrays import Dates, dates


class Recession(NamedTuple):
    """First days of the months of the peak before it and of its trough."""

    peak: str
    trough: str


RECESSIONS = (
    Recession("1926-10", "1927-11"),
    Recession("1929-08", "1933-03"),
    Recession("1937-05", "1938-06"),
    Recession("1945-02", "1945-10"),
    Recession("1948-11", "1949-10"),
    Recession("1953-07", "1954-05"),
    Recession("1957-08", "1958-04"),
    Recession("1960-04", "1961-02"),
    Recession("1969-12", "1970-11"),
    Recession("1973-11", "1975-03"),
    Recession("1980-01", "1980-07"),
    Recession("1981-07", "1982-11"),
    Recession("1990-07", "1991-03"),
    Recession("2001-03", "2001-11"),
    Recession("2007-12", "2009-06"),
    Recession("2020-02", "2020-04"),
)


def recessions_within(first: object, last: object) -> Dates:
    """Start and end of each recession that falls between two dates, cut off there, shape (recessions, 2).

    By the NBER's convention a recession runs from the month after the peak to the end of the month of the trough.
    """
    begin, end = pd.Timestamp(first), pd.Timestamp(last)  # type: ignore[arg-type]  # whatever pandas reads as a date
    spans = [
        (max(start, begin), min(stop, end)) for start, stop in map(_span, RECESSIONS) if start <= end and stop >= begin
    ]
    return dates(np.array(spans, dtype="datetime64[ns]").reshape(-1, 2))


def _span(one: Recession) -> tuple[pd.Timestamp, pd.Timestamp]:
    return (pd.Period(one.peak, "M") + 1).to_timestamp(), pd.Period(one.trough, "M").to_timestamp("D", how="end")
