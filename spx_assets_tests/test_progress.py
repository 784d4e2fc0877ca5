"""How far a long task has come."""

from __future__ import annotations

from spx_assets.progress import countdown


def test_the_rest_is_estimated_from_what_is_done() -> None:
    """The end of a part is always said, what lies between only now and then."""
    said: list[str] = []
    times = iter([0.0, 1.0, 10.0, 12.0, 300.0, 400.0])

    listen = countdown(said.append, clock=lambda: next(times))
    listen(0.1, "ridge: 1 of 10 refits")
    listen(0.25, "ridge: 5 of 10 refits")
    listen(0.5, "ridge: 690 forecasts")
    listen(0.6, "forest: 1 of 3 refits")
    listen(1.0, "forest: 690 forecasts")

    assert said == [
        "25 % (30 s left): ridge: 5 of 10 refits",
        "50 % (12 s left): ridge: 690 forecasts",
        "60 % (3 min left): forest: 1 of 3 refits",
        "100 %: forest: 690 forecasts",
    ]
