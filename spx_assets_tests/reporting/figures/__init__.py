"""Tests of the figures: what their artists carry, against the findings they are drawn from."""
