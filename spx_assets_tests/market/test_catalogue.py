"""The catalogue: complete entries, and release rules that never date a value too early."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from spx_assets.market.catalogue import CATALOGUE, Release, known_labels, series_named


def known_at(series: str, *dates: str) -> list[str]:
    """When values of these dates were known, in New York."""
    instants = CATALOGUE[series].known_at(pd.DatetimeIndex(dates)).tz_convert("America/New_York")
    return [f"{instant:%Y-%m-%d %H:%M}" for instant in instants]


def test_the_series_of_the_design_are_there() -> None:
    """Every series the design names has its entry under its own name."""
    named = """spx_open spx_high spx_low spx_close spx_volume vix_close aaa_yield baa_yield core_cpi wti
    treasury_10y treasury_2y treasury_3m fed_funds unemployment"""
    assert set(named.split()) <= set(CATALOGUE)
    assert all(entry.name == name for name, entry in CATALOGUE.items())


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_entry_is_complete_and_frozen(name: str) -> None:
    """Description, unit and a range that is one; values cannot be changed at run time."""
    entry = CATALOGUE[name]
    assert entry.description
    assert entry.unit
    assert entry.low < entry.high
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.low = 0.0  # type: ignore[misc]  # that it cannot be assigned is the point


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_no_value_is_known_before_its_day(name: str) -> None:
    """Whatever the rule, a value is known on its date at the earliest, and a month after its last day."""
    dates = pd.date_range("1990-01-01", "2025-12-01", freq="MS")
    ends = dates + pd.offsets.MonthEnd(0) if CATALOGUE[name].frequency == "monthly" else dates
    assert (CATALOGUE[name].known_at(dates).tz_localize(None) >= ends).all()


@pytest.mark.parametrize(
    ("series", "date", "expected"),
    [
        ("spx_close", "2018-11-23", "2018-11-23 16:00"),
        ("vix_close", "2018-07-02", "2018-07-02 16:15"),
        ("treasury_10y", "2018-12-28", "2018-12-31 09:30"),  # a Friday, known on Monday
        ("treasury_10y", "2018-12-31", "2019-01-02 09:30"),  # New Year's Eve, known after the holiday
        ("fed_funds", "2018-12-29", "2018-12-31 09:30"),  # fed funds have weekends
        ("wti", "2018-12-25", "2019-01-02 17:00"),
        ("aaa_yield", "2018-11-01", "2018-12-07 08:30"),
        ("core_cpi", "2018-11-01", "2018-12-30 08:30"),
        ("core_cpi", "1995-12-01", "1996-02-01 08:30"),  # the shutdown of that winter
        ("unemployment", "2018-11-01", "2018-12-14 08:30"),
        ("unemployment", "2013-09-01", "2013-10-22 08:30"),  # the shutdown of 2013
        ("unemployment", "2025-09-01", "2025-11-20 08:30"),  # the shutdown of 2025
    ],
)
def test_when_a_value_was_known(series: str, date: str, expected: str) -> None:
    """Each rule, at an example whose real release it does not precede."""
    assert known_at(series, date) == [expected]


def test_the_vix_of_a_session_is_not_known_at_its_close() -> None:
    """The VIX is struck at 16:15: a decision at 16:00 has only the day before's."""
    day = pd.DatetimeIndex(["2018-12-31"])
    assert (CATALOGUE["vix_close"].known_at(day) > CATALOGUE["spx_close"].known_at(day)).all()


def test_a_series_is_found_by_name_and_by_any_id() -> None:
    """`vix_close`, FRED's VIXCLS and CBOE's VIX are one series, in any case."""
    for label in ("vix_close", "VIXCLS", "vix", " VIX "):
        assert series_named(label) is CATALOGUE["vix_close"]
    assert series_named("AAPL") is None


def test_no_label_names_two_series() -> None:
    """Names and ids are unique over the whole catalogue."""
    labels = [label for e in CATALOGUE.values() for label in {id_.casefold() for id_ in (e.name, *e.ids.values())}]
    assert len(labels) == len(set(labels))


def test_a_refusal_can_list_what_is_known() -> None:
    """The list carries every name, with ids in parentheses."""
    assert all(name in known_labels() for name in CATALOGUE)
    assert "treasury_10y (DGS10)" in known_labels()


def test_a_late_release_replaces_the_rule_for_its_period_only() -> None:
    """Other periods keep the rule."""
    rule = Release(at=pd.Timestamp("08:30").time(), days=14, late={"2013-09-01": "2013-10-22"})
    instants = rule.known_at(pd.DatetimeIndex(["2013-08-01", "2013-09-01"]), "monthly")
    assert [f"{i:%F}" for i in instants] == ["2013-09-14", "2013-10-22"]
