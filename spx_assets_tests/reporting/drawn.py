"""Draws plates and pages as the renderers do, and records every text that really reaches the paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, Bbox

from spx_assets.reporting import style
from spx_assets.reporting.figures.plate import Plate, standalone

# Ink of neighbouring glyphs may touch by rounding; overlap worth a reader's attention is more than this.
SLACK_PIXELS = 1.0


@dataclass(frozen=True)
class Printed:
    """A line of text as drawn, and the box its glyphs take on the page, in pixels from the bottom left."""

    text: str
    box: Bbox


class Recorder(RendererAgg):
    """An Agg renderer that remembers which lines of text were drawn, and where."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure.bbox.width, figure.bbox.height, figure.dpi)
        self.printed: list[Printed] = []

    def draw_text(self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, *rest: Any, **more: Any) -> None:
        """Note the box of the line: its measured ink, turned about the start of its baseline."""
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath=False)
        upright = Bbox([[0.0, -descent], [width, height - descent]])
        turned = upright.transformed(Affine2D().rotate_deg(angle).translate(x, self.height - y))
        self.printed.append(Printed(s, turned))
        super().draw_text(gc, x, y, s, prop, angle, *rest, **more)


def printed(figure: Figure) -> list[Printed]:
    """Every line of text that drawing `figure` puts on paper."""
    FigureCanvasAgg(figure)
    recorder = Recorder(figure)
    with style.drawing():
        figure.draw(recorder)
    return recorder.printed


def overlaps(texts: list[Printed]) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes overlap by more than a hair."""
    return [
        (one.text, other.text)
        for one, other in combinations(texts, 2)
        if min(one.box.x1, other.box.x1) - max(one.box.x0, other.box.x0) > SLACK_PIXELS
        and min(one.box.y1, other.box.y1) - max(one.box.y0, other.box.y0) > SLACK_PIXELS
    ]


def outside(texts: list[Printed], figure: Figure) -> list[str]:
    """Texts that leave the figure."""
    return [
        one.text
        for one in texts
        if one.box.x0 < 0 or one.box.y0 < 0 or one.box.x1 > figure.bbox.width or one.box.y1 > figure.bbox.height
    ]


def picture(plate: Plate) -> Figure:
    """The plate drawn alone."""
    with style.drawing():
        return standalone(plate)


def axes_of(plate: Plate) -> list[Axes]:
    """The axes of the plate, in the order they were made."""
    return list(picture(plate).subfigs[0].axes)


def line(axes: Axes, label: str) -> Any:
    """The line of this label."""
    return next(one for one in axes.get_lines() if one.get_label() == label)
