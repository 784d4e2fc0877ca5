"""What was learned, for a reader: frozen findings, the figures drawn from them, and the document.

`findings` turns tables into values; `report` turns values into a PDF and pictures. Pure: no store,
settings, clock or environment.
"""

from spx_assets.reporting.document import Report, report
from spx_assets.reporting.findings import Findings, findings
from spx_assets.reporting.track_record import track_record_picture

__all__ = ["Findings", "Report", "findings", "report", "track_record_picture"]
