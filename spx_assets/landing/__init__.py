"""The landing folder under `SPX_HOME`: what people drop, how it is judged, and what became of it.

`folder` keeps the files, `intake` judges and merges them with what the source gives. Nothing dropped is ever
deleted, and nothing here reads a clock or the environment.
"""

from spx_assets.landing.dropped import Dropped
from spx_assets.landing.folder import Landing
from spx_assets.landing.intake import Intake, Judged, take_in

__all__ = ["Dropped", "Intake", "Judged", "Landing", "take_in"]
