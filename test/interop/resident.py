"""Runs one file many times in one process.

    resident.py FILE    reads a line of arguments (JSON) for each run, and answers with a line of what it printed or how it failed
"""

import contextlib
import io
import json
import runpy
import sys
import traceback

answers, file = sys.stdout, sys.argv[1]
sys.path.insert(0, file.rpartition("/")[0])
for line in sys.stdin:
    sys.argv = [file, *json.loads(line)]
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(file, run_name="__main__")
        answer = {"printed": printed.getvalue()}
    except Exception:
        answer = {"failure": traceback.format_exc()}
    print(json.dumps(answer), file=answers, flush=True)
