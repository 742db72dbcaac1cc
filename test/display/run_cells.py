"""Runs cells in a kernel that is not installed and prints what they publish, a line of JSON for each message.

Arguments: the kernel's program and its arguments, {connection_file} among them. The cells come as a JSON list on stdin.
"""

import json
import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager


class Manager(KernelManager):
    """Starts the given program instead of an installed kernel."""

    @property
    def kernel_spec(self):
        return KernelSpec(argv=sys.argv[1:])


manager = Manager()
manager.start_kernel()
client = manager.client()
client.start_channels()
try:
    client.wait_for_ready(timeout=60)
    for cell in json.load(sys.stdin):
        client.execute_interactive(
            cell,
            timeout=60,
            output_hook=lambda message: print(json.dumps([message["msg_type"], message["content"]])),
        )
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
