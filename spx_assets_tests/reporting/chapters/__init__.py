"""Tests of the chapters: what is said, in which order."""
