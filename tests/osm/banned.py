"""Take the network from a process and all that it starts, at the level of the operating system (Linux).

Run as ``python banned.py WORDS...``: the command ``grannskap`` with these words, after the ban. A seccomp filter ends
whoever asks the kernel for a socket, of whatever kind, from whatever library; no name can be looked up either, since
that takes a socket.
"""

import ctypes
import os
import platform
import struct

SOCKET_CALLS = {"x86_64": (41, 53), "aarch64": (198, 199)}  # socket, socketpair
_LOAD_NUMBER, _SKIP_UNLESS_EQUAL, _RETURN = 0x20, 0x15, 0x06  # of the Berkeley Packet Filter
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # of prctl(2)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("rules", ctypes.c_void_p))


def ban_sockets() -> None:
    """From here on the kernel ends this process, and its children, when they ask for a socket."""
    rules = [(_LOAD_NUMBER, 0, 0, 0)]
    for number in SOCKET_CALLS[platform.machine()]:
        rules += [(_SKIP_UNLESS_EQUAL, 0, 1, number), (_RETURN, 0, 0, _KILL_PROCESS)]
    packed = b"".join(struct.pack("HBBI", *rule) for rule in [*rules, (_RETURN, 0, 0, _ALLOW)])
    memory = ctypes.create_string_buffer(packed, len(packed))
    program = _Program(len(packed) // 8, ctypes.addressof(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, ctypes.byref(program))):
        if libc.prctl(*words) != 0:
            raise OSError(ctypes.get_errno(), "the kernel takes no filter")


if __name__ == "__main__":
    ban_sockets()
    from grannskap.cli import main
    from grannskap.osm import files

    files.LARGE_BYTES = int(os.environ.get("LARGE_BYTES", files.LARGE_BYTES))
    main()
