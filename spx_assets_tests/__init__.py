"""Tests, mirroring `spx_assets` module by module; `e2e`, `faults` and `contract` cut across."""
