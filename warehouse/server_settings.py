"""Settings of the embedded server, fitted to the memory that it shares with us."""

from collections.abc import Mapping

MB = 1024**2


def fitted_settings(memory_bytes: int, port: int, name: str) -> dict[str, str]:
    """Settings for a machine that Airflow, dbt and the mining jobs share.

    Parameters
    ----------
    memory_bytes : int
        Memory of the machine or container.
    port : int
        Port on 127.0.0.1.
    name : str
        What the server's processes are called by; letters, digits, ``-`` and ``_``.

    Returns
    -------
    dict of str to str
        PostgreSQL's names and values. What makes a commit durable (``fsync``,
        ``synchronous_commit``, ``full_page_writes``) is not among them: it stays on.
    """
    return {
        "cluster_name": name,
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        # the API server, scheduler and DAG processor hold pools; stages come on top
        "max_connections": "64",
        "shared_buffers": _megabytes(memory_bytes / 8, 128, 4096),
        "effective_cache_size": _megabytes(memory_bytes / 2, 512, 65536),
        "work_mem": _megabytes(memory_bytes / 192, 16, 128),
        "maintenance_work_mem": _megabytes(memory_bytes / 24, 64, 1024),
        # Segments in /dev/shm vanish when an ordinary user logs out of a machine with
        # systemd, and are scarce in a container: keep parallel queries out of it.
        "dynamic_shared_memory_type": "mmap",
        "min_dynamic_shared_memory": _megabytes(memory_bytes / 64, 32, 256),
        # No replica follows this server, so a table that dbt fills as it creates it
        # need not be written twice. A crash loses nothing by it.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "min_wal_size": "256MB",
        "max_wal_size": "4GB" if memory_bytes >= 16384 * MB else "2GB",
        "checkpoint_timeout": "15min",
        "max_locks_per_transaction": "256",  # marts by month have many partitions
        # of catalogues too: readers wait while a table's end is given back to the disk
        "vacuum_truncate": "off",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d %a ",
        # A statement, or what PostgreSQL says of a refused row, may name a person:
        # not in a log. Who sent the statement is told.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_lock_waits": "on",
    }


def as_file(settings: Mapping[str, str]) -> str:
    """Content of a configuration file that PostgreSQL includes."""
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    head = "# Written at every start. To change a setting for good: alter system."
    return "\n".join([head, *lines, ""])


def _megabytes(size: float, least: int, most: int) -> str:
    return f"{min(max(int(size / MB), least), most)}MB"
