"""One module per source of observations. A source is a function from a request to a `Reading`."""
