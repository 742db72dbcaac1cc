"""
A Ray cluster on this machine, of a head with so many processors and so many other nodes with one each: `ray_cluster.py PROCESSORS NODES`.
Prints its address, and that of its dashboard, and ends with its input.
"""

import os
import socket
import sys

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_raylet_start_wait_time_s", "120")
os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")
os.environ.setdefault("RAY_worker_niceness", "0")
# Jobs start the `python` that they find.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]

from ray.cluster_utils import Cluster

import psutil  # Ray brings it.

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]

store = 256 << 20
processors, nodes = (int(text) for text in sys.argv[1:])
head = {
    "num_cpus": processors,
    "object_store_memory": store,
    "include_dashboard": True,
    "dashboard_port": port,
    "dashboard_agent_listen_port": 0,
}


def start() -> Cluster:
    cluster = Cluster(initialize_head=True, head_node_args=head)
    for _ in range(nodes):
        cluster.add_node(num_cpus=1, object_store_memory=store)
    cluster.wait_for_nodes(timeout=120)
    return cluster


# Ray gives each node half a minute to start, which a busy machine does not always manage.
for attempt in range(3):
    try:
        cluster = start()
        break
    except Exception:
        if attempt == 2:
            raise
        for child in psutil.Process().children(recursive=True):
            child.kill()
print(cluster.address, flush=True)
print(f"http://{cluster.head_node.webui_url}", flush=True)
sys.stdin.read()
cluster.shutdown()
