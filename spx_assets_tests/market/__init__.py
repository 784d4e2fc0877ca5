"""Tests of `spx_assets.market`, module by module, and of the real payloads it must read or refuse."""
