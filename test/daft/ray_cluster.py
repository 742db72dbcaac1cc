"""
A Ray cluster on this machine: `ray_cluster.py {"processors": 0, "nodes": 2, "hasDashboard": false, "hasClientServer": false, "share": null}`, of a head with so many
processors and so many other nodes with one each, or with that share of one. Prints its address, and that of its dashboard, or an empty line,
when all its nodes are ready; ends with its input.
"""

import json
import os
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# A machine that is busy with other things needs longer than Ray gives each process to start and to answer.
patience_seconds = 240
os.environ.setdefault("RAY_raylet_start_wait_time_s", str(patience_seconds))
os.environ.setdefault("RAY_agent_register_timeout_ms", str(patience_seconds * 1_000))
os.environ.setdefault("RAY_worker_register_timeout_seconds", str(patience_seconds))
os.environ.setdefault("RAY_health_check_timeout_ms", "60000")
os.environ.setdefault("RAY_worker_niceness", "0")
# Workers that are started ahead cannot be used: those of a job have its files.
os.environ.setdefault("RAY_prestart_worker_first_driver", "0")
# Jobs start the `python` that they find.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]

from ray.cluster_utils import Cluster

import psutil  # Ray brings it.

size = json.loads(sys.argv[1])
store = 128 << 20


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


client_port = free_port()


def head() -> dict:
    light = {
        "num_cpus": size["processors"],
        "object_store_memory": store,
        "include_log_monitor": False,
        "no_monitor": True,
        "include_dashboard": size["hasDashboard"],
    }
    if size["hasClientServer"]:
        light["ray_client_server_port"] = client_port
    if not size["hasDashboard"]:
        return light
    return {**light, "dashboard_port": free_port(), "dashboard_agent_listen_port": 0}


_groups = Path("/sys/fs/cgroup/cpu")
_period = 100_000


@contextmanager
def held_to(share: float | None, name: str):
    """What is started meanwhile gets no more of a processor, with all that it starts in turn: by a control group of Linux, as root."""
    if share is None:
        yield
        return
    group = _groups / f"dlf-lance-{os.getpid()}-{name}"
    group.mkdir(exist_ok=True)
    (group / "cpu.cfs_period_us").write_text(str(_period))
    (group / "cpu.cfs_quota_us").write_text(str(int(share * _period)))
    (group / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield
    finally:
        (_groups / "cgroup.procs").write_text(str(os.getpid()))


def remove_groups() -> None:
    for group in _groups.glob(f"dlf-lance-{os.getpid()}-*"):
        try:
            group.rmdir()
        except OSError:
            # One of its processes is still ending. An empty group costs nothing.
            pass


def start() -> Cluster:
    cluster = Cluster(initialize_head=True, head_node_args=head())
    for number in range(size["nodes"]):
        with held_to(size["share"], str(number)):
            cluster.add_node(num_cpus=1, object_store_memory=store)
    cluster.wait_for_nodes(timeout=patience_seconds)
    return cluster


for attempt in range(3):
    try:
        cluster = start()
        break
    except Exception:
        if attempt == 2:
            raise
        for child in psutil.Process().children(recursive=True):
            child.kill()
print(f"ray://127.0.0.1:{client_port}" if size["hasClientServer"] else cluster.address, flush=True)
print(f"http://{cluster.head_node.webui_url}" if size["hasDashboard"] else "", flush=True)
sys.stdin.read()
cluster.shutdown()
remove_groups()
