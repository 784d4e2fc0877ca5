"""What the document says, chapter by chapter: each function gives the blocks of one chapter, in order.

Which chapters there are, and their order, is `sections`; how blocks are set on paper or screen is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from spx_assets.reporting.blocks import PlateBlock

Plates = Mapping[str, PlateBlock]
