"""Messages between a process and those that it starts: a length, then what is said."""

import pickle
from typing import IO, Any

_LENGTH = 8  # bytes


def send(file: IO[bytes], message: object) -> None:
    """How is something told to the other process?

    Raises
    ------
    OSError
        It is gone.
    """
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    file.write(len(data).to_bytes(_LENGTH, "big"))
    file.write(data)
    file.flush()


def receive(file: IO[bytes]) -> Any:
    """What did the other process, of the same program, tell?

    Raises
    ------
    EOFError
        It is gone, perhaps in the middle of a message.
    """
    length = int.from_bytes(_exactly(file, _LENGTH), "big")
    return pickle.loads(_exactly(file, length))  # noqa: S301 (what this program has started says it through a pipe)


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return data
