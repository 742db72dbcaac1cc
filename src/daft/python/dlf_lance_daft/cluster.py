"""Daft on Ray: on a running cluster, or on one of this machine that ends with this process."""

import os
import re
import socket
from pathlib import Path

import daft

from .refusal import Refusal
from .tally import ClusterTally

_object_store_bytes = 512 << 20
_start_attempts = 3
_answer_seconds = 10
# A cluster may have to add machines first.
_worker_start_seconds = 300
_slow_start = "timed out during startup"


def join_cluster() -> ClusterTally:
    """The cluster whose job this is; its workers have the files of the job. @return the tally of what they read"""
    import ray

    ray.init(logging_level="ERROR", log_to_driver=False)
    daft.set_runner_ray(worker_startup_timeout=_worker_start_seconds)
    return ClusterTally()


def start_here(settings: dict):
    """A cluster of this machine. Ray gives its processes half a minute to start, which a busy machine may need for a second time."""
    import ray

    for attempt in range(_start_attempts):
        try:
            return ray.init(
                address="local",
                num_cpus=max(2, os.cpu_count() or 1),
                include_dashboard=False,
                object_store_memory=_object_store_bytes,
                **settings,
            )
        except Exception as error:
            if _slow_start not in str(error) or attempt == _start_attempts - 1:
                raise
            end_children()
            ray.shutdown()


def end_children() -> None:
    """What Ray has started, and forgets where the start fails."""
    import psutil  # Ray brings it.

    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.NoSuchProcess:
            pass


def refuse_silence(address: str) -> None:
    """Ray asks for minutes. @raise Refusal when nobody answers there"""
    if address == "auto":
        return
    host, port = address.removeprefix("ray://").rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=_answer_seconds).close()
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise Refusal(
            "ServiceUnavailable",
            f"Cannot reach a Ray cluster at {address}: nobody answers there ({reason}); check its address, and that it is up",
        ) from error


def describe_mismatch(text: str) -> str:
    """Ray's words for it are lines: `Ray: 2.59.0` and `Python: 3.12.4` of the cluster, and the same of this process."""
    versions = re.findall(r"(Ray|Python): (\S+)", text)
    cluster, own = (" and ".join(" ".join(part) for part in parts) for parts in (versions[:2], versions[2:]))
    return f"the cluster has {cluster}, and this environment {own}; install the same versions here, or name a Python that has them"


def start_ray(address: str | None, token: str | None) -> tuple[ClusterTally, str | None]:
    """@param token that a running cluster may ask for @return the tally of what workers read, and the address of the cluster's dashboard, where it has one @raise Refusal with the reason when the cluster does not take us"""
    if token is not None:
        os.environ["RAY_AUTH_TOKEN"] = token
        # Over ray:// Ray sends it only when it is told to, and waits in vain for an answer.
        if address is not None and address.startswith("ray://"):
            os.environ.setdefault("RAY_AUTH_MODE", "token")
    # For half a minute after its client is gone a cluster would go on with what nobody waits for.
    os.environ["RAY_CLIENT_RECONNECT_GRACE_PERIOD"] = "0"
    import ray

    # Ray gives a machine that is busy with other things too little time.
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "120")
    os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")
    os.environ.setdefault("RAY_worker_register_timeout_seconds", "240")
    # Workers are what somebody waits for; Ray gives them what others leave.
    os.environ.setdefault("RAY_worker_niceness", "0")
    # Workers that are started ahead lack this package, and are never used.
    os.environ.setdefault("RAY_prestart_worker_first_driver", "0")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # The workers get this package; what it is sent, it is sent in tasks.
    settings = {
        "runtime_env": {"py_modules": [str(Path(__file__).parent)]},
        "logging_level": "ERROR",
        "log_to_driver": False,
    }
    if address is not None:
        refuse_silence(address)
    else:
        # Workers of a group of their own would outlive this process by the seconds that they take to miss it.
        os.environ["RAY_process_group_cleanup_enabled"] = "false"
    try:
        context = start_here(settings) if address is None else ray.init(address=address, **settings)
    except Exception as error:
        where = "on this machine" if address is None else f"at {address}"
        if "Version mismatch" in str(error):
            raise Refusal("Unsupported", f"Cannot run on Ray {where}: {describe_mismatch(str(error))}") from error
        reason = str(error).strip().split("\n")[0]
        advice = "check its address, its token (RAY_AUTH_TOKEN), and that it is up"
        raise Refusal(
            "ServiceUnavailable",
            f"Cannot reach a Ray cluster {where}: {reason or type(error).__name__}; {advice}",
        ) from error
    daft.set_runner_ray(worker_startup_timeout=_worker_start_seconds)
    dashboard = context.dashboard_url
    return ClusterTally(), f"http://{dashboard}" if dashboard else None
