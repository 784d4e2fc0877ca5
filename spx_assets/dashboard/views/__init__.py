"""One module per page: each reads what it shows through its `Context`, and says what is missing."""
