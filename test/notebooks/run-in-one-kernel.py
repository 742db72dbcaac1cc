"""Runs notebooks one after the other in one kernel, as a user does who goes on with the next, and writes each next to itself.

Arguments: the kernel's name, the tag of cells to leave out, and the notebooks. Stops at the first cell that fails.
"""

import pathlib
import sys

import nbformat
from jupyter_client import KernelManager
from nbclient import NotebookClient

name, left_out, *files = sys.argv[1:]
manager = KernelManager(kernel_name=name)
channels = None
try:
    for file in map(pathlib.Path, files):
        notebook = nbformat.read(file, as_version=4)
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=300,
            skip_cells_with_tag=left_out,
            resources={"metadata": {"path": str(file.parent)}},
        )
        client.kc = channels
        try:
            client.execute(reset_kc=False, cleanup_kc=False)
        finally:
            channels = client.kc
            nbformat.write(notebook, file.with_suffix(".run.ipynb"))
finally:
    if manager.has_kernel:
        manager.shutdown_kernel()
