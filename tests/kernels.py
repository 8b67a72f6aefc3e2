"""Jupyter as tests use it: it knows nothing of the user, and it and all its kernels reach no other machine."""

import os
from pathlib import Path

from commands import HERE

OFFLINE = '''
"""Run by Python as it starts: whoever looks up a name or connects to another machine gets an error."""
import sys

def _only_here(event, args):
    if event == "socket.getaddrinfo" and args[0] not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise RuntimeError(f"Something asked for {args[0]}.")
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in ("127.0.0.1", "::1"):
        raise RuntimeError(f"Something called {args[1]}.")

sys.addaudithook(_only_here)
'''


def jupyter_settings(folder: Path) -> dict[str, str]:
    """Environment variables for a Jupyter of its own in a folder that is made; its processes can be told by them."""
    (folder / "site").mkdir(parents=True)
    (folder / "site" / "sitecustomize.py").write_text(OFFLINE, "utf-8")
    names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
    own = {name: str(folder / name.lower()) for name in names}
    return own | {"PYTHONPATH": os.pathsep.join([str(folder / "site"), str(HERE)])}


def running(folder: Path) -> list[int]:
    """Processes that were started with the settings of this folder (Linux; elsewhere none are found)."""
    mark = f"JUPYTER_RUNTIME_DIR={folder / 'jupyter_runtime_dir'}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return [number for number in found if number != os.getpid()]
