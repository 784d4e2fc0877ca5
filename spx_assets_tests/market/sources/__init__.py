"""Tests of `spx_assets.market.sources`, module by module."""
