"""Runs plans of dlf-lance on Daft: the Python half of `src/daft`."""
