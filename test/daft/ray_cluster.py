"""A Ray cluster of three nodes on this machine; prints its address, and ends with its input."""

import os
import sys

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_raylet_start_wait_time_s", "120")
os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")

from ray.cluster_utils import Cluster

store = 256 << 20
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": store})
for _ in range(2):
    cluster.add_node(num_cpus=1, object_store_memory=store)
cluster.wait_for_nodes()
print(cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
