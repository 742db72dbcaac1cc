"""
Runs a program of the sidecar in plain Python, one a line of JSON on stdin, and answers with one line: the rows, and the peak memory in MB.

    {"program": PROGRAM}
"""

import json
import os
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src/daft/python"))
os.environ["DAFT_PROGRESS_BAR"] = "0"
os.environ["DO_NOT_TRACK"] = "true"

from dlf_lance_daft.plan import Program  # noqa: E402

for line in sys.stdin:
    frame = Program(json.loads(line)["program"], [], None).frame()
    rows = sum(batch.num_rows for batch in frame.to_arrow_iter(results_buffer_size=2))
    print(json.dumps([rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]), flush=True)
