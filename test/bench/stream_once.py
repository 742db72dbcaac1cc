"""Reads a table batch by batch; prints its rows and the peak of this process's memory in kilobytes."""

import resource
import sys

import lance

rows = sum(batch.num_rows for batch in lance.dataset(sys.argv[1]).to_batches())
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
