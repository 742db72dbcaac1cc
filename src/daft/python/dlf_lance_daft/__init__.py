"""Runs plans of dlf-lance on Daft: the Python half of `src/daft`."""

import sys

# Expressions within expressions are sent to workers, and computed, by functions that call themselves.
sys.setrecursionlimit(max(20_000, sys.getrecursionlimit()))
