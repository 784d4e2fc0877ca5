"""The track record as a picture of its own, byte-equal for equal records."""

from __future__ import annotations

from spx_assets.forecasting import TrackRecord


def track_record_picture(record: TrackRecord) -> bytes:
    """The PNG of the track record; of one without anything to draw, the sentence that says so."""
    from spx_assets.reporting import style  # noqa: PLC0415  # see below
    from spx_assets.reporting.figures import standalone  # noqa: PLC0415  # see below
    from spx_assets.reporting.figures.track_record import track_record_plate  # noqa: PLC0415  # matplotlib
    from spx_assets.reporting.pictures import picture  # noqa: PLC0415  # see above

    plate = track_record_plate(record)
    with style.drawing():
        figure = standalone(plate)
    return picture(plate, figure).whole
