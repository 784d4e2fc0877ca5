"""Tests of the HTML page: its elements, colours and behaviour."""
