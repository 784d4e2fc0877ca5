"""The report as one HTML file: the same blocks as the PDF, no network, light and dark, sortable tables."""
