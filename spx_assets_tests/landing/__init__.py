"""Tests of the landing folder."""
