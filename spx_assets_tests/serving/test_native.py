"""The sidecar's reader is the one that the proof before serving used."""

from __future__ import annotations

from spx_assets import compiled
from spx_assets.serving import native
from spx_assets_tests.compiled.models import ROWS, model


def test_what_is_proved_is_what_serves() -> None:
    """One reader, two doors."""
    read = native.load(compiled.dumps(model()))

    assert native.load is compiled.load
    assert isinstance(read, native.CompiledModel)
    assert read.forecast(ROWS).tolist() == model().forecast(ROWS).tolist()
