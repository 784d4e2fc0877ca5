"""Figures as PNG pictures of their own, with title and caption; byte-equal for equal findings."""

from __future__ import annotations

from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg

from spx_assets.reporting import style
from spx_assets.reporting.figures import Plate, standalone

DOTS_PER_INCH = 150


def picture(plate: Plate) -> bytes:
    """The PNG of one plate, without the name of the software or a date."""
    buffer = BytesIO()
    with style.drawing():
        figure = standalone(plate)
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()
