"""Processor time of each kind of process: what a completion costs, whatever else the machine is doing."""

import os
import resource
from pathlib import Path

from engine.store.private_postgres import Server

KINDS = {"serve": "web", "worker": "workers"}
"""What our own processes are called by, in their command lines."""
TICKS = os.sysconf("SC_CLK_TCK")


def spent(server: Server) -> dict[str, float]:
    """Seconds so far of the web processes, of the workers, of the database, and of finished children of ours."""
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {"web": 0.0, "workers": 0.0, "database": 0.0, "clients": own.ru_utime + own.ru_stime}
    postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    ours = {os.getpid()}
    for process in sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        read = _read(process)
        if read is None:
            continue
        parent, seconds, gone, command = read
        if postmaster in (process, parent):
            found["database"] += seconds + (gone if process == postmaster else 0.0)
        elif parent in ours:
            ours.add(process)
            kind = next((kind for word, kind in KINDS.items() if word in command), None)
            if kind is not None:
                found[kind] += seconds
    return found


def _read(process: int) -> tuple[int, float, float, list[str]] | None:
    """Parent, seconds of its own, seconds of its ended children, command line; None when it is gone."""
    folder = Path("/proc") / str(process)
    try:
        facts = (folder / "stat").read_text().rpartition(")")[2].split()
        command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    used, system, gone, gone_system = (int(fact) / TICKS for fact in facts[11:15])
    return int(facts[1]), used + system, gone + gone_system, command
