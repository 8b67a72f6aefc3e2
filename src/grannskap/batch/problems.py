"""Why a site could not be measured, in a sentence; whatever it was, the other sites go on."""

import traceback

from grannskap.batch.child import Answer
from grannskap.errors import GrannskapError
from grannskap.timing import LOG


def why_not(answer: Answer) -> GrannskapError:
    """Why was a site not measured, as the answer of a worker tells?

    Parameters
    ----------
    answer : tuple
        Of `grannskap.batch.child.answered`, or "slow" with the limit in seconds, or "died".
    """
    kind, told = answer
    if kind == "failed" and isinstance(told, GrannskapError):
        return told
    if kind == "slow":
        return GrannskapError(
            "It took more than {limit} seconds and was stopped: see whether its geometry is sound, or give it more "
            "time with --site-limit-s.",
            limit=f"{told:g}",
        )
    if kind == "died":
        return GrannskapError(
            "The process that measured it ended twice, perhaps for want of memory: run it alone, or with fewer "
            "--workers."
        )
    line, where = told
    return _fault(line, where)


def as_problem(error: Exception) -> GrannskapError:
    """Which problem has a site that made this error, when its surroundings were read?"""
    if isinstance(error, GrannskapError):
        return error
    return _fault(traceback.format_exception_only(error)[-1].strip(), traceback.format_exc())


def _fault(line: str, where: str) -> GrannskapError:
    LOG.info("%s", where)
    return GrannskapError("An error within the program ({problem}): please report it.", problem=line)
