"""
The driver of a Ray job, `python -m dlf_lance_daft.job`: makes the rows of a program a version of a table, with nobody to ask.

Beside this package lie `job.json` and the tables that the program's rows stand for. What is reported are lines of standard output, each a
mark and a JSON object: `progress`, and at last `done` or `error`.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

from .refusal import Refusal, explain, read_refusal

mark = "dlf-lance "
folder = Path(__file__).resolve().parent.parent


class Report:
    """Takes what a {@link Wire} would send."""

    def send(self, head: dict, body=b"") -> None:
        print(mark + json.dumps(head), flush=True)


def main() -> int:
    signal.signal(signal.SIGTERM, stop)
    report = Report()
    try:
        report.send({"op": "done", **work(report)})
        return 0
    except BaseException as error:
        code, message = explain_error(error)
        if code == "Internal":
            traceback.print_exc()
        report.send({"op": "error", "code": code, "message": message})
        return 1


def stop(*_) -> None:
    """As Ray's own handler, which takes this one's place: what waits for a cluster passes no other exception on."""
    sys.exit(1)


def explain_error(error: BaseException) -> tuple[str, str]:
    if isinstance(error, SystemExit):
        return "Interrupted", "it was stopped"
    if isinstance(error, ImportError):
        return "Unsupported", f"the cluster's Python lacks a package: {error}; install those of dlf-lance daft install --ray there"
    return explain(error)


def work(report: Report) -> dict:
    # Ray changes the folder that a program works in.
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    from .cluster import join_cluster
    from .plan import Program
    from .run import Progress, read_tables, write

    tally = join_cluster()
    bodies = [(folder / f"rows-{number}.arrow").read_bytes() for number in range(job["tables"])]
    program = Program(job["program"], read_tables(bodies), tally)
    target = job["target"]
    table = Target(target)
    table.declare(job["fields"])
    try:
        with Progress(report, tally):
            written = write(program, target, is_on_ray=True)
    except BaseException as error:
        table.undo(error)
        raise
    table.tell_catalog()
    return written


class Target:
    """The table in its catalog, before and after the commit."""

    def __init__(self, target: dict):
        from .source import connect_namespace

        self._target = target
        self._id = target["place"]["id"]
        self._client = connect_namespace(target["place"])

    def declare(self, fields: list) -> None:
        """@raise Refusal when a table that is to be made is there"""
        if self._target["mode"] != "create":
            return
        from lance_namespace import TableAlreadyExistsError

        try:
            self._client.declare_lance_table(self._id, fields)
        except TableAlreadyExistsError:
            raise Refusal("TableAlreadyExists", "the table is there already; choose another, or append to it") from None

    def undo(self, error: BaseException) -> None:
        """A table that was made goes; of one that was there the version tells whether the commit was made."""
        code = (read_refusal(error) or (None,))[0]
        if self._target["mode"] == "create":
            from lance_namespace import DropTableRequest

            # Others' data at its location would go with it.
            if code != "TableAlreadyExists":
                self._client.drop_table(DropTableRequest(id=self._id))
            return
        if code not in (None, "Interrupted"):
            return
        version = self._version()
        if version != self._target["versionBefore"]:
            raise Refusal(
                "CommitUnknown",
                f"it was at version {self._target['versionBefore']} before, and is at version {version} now; "
                "look at it before repeating this",
            ) from error

    def tell_catalog(self) -> None:
        """The rows are written, even if the notice does not arrive."""
        try:
            self._client.notify_commit(self._id, changes_columns=self._target["mode"] == "overwrite")
        except Exception as error:
            print(f"DLF did not receive the notice of the commit; the rows are written ({type(error).__name__})", flush=True)

    def _version(self) -> int:
        from .source import open_table

        return open_table({**self._target["place"], "version": None}).version


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    code = main()
    sys.stdout.flush()
    # Daft now and then aborts while Python finishes.
    os._exit(code)
