"""Chance that depends on what it is about: the same street is drawn alike in every study with the same seed."""

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from grannskap.routes.network import Floats

Keys = npt.NDArray[np.uint64]
_Z95 = 1.6448536269514722  # 95 % of a standard normal distribution lie below


def keys_of(names: Iterable[str]) -> Keys:
    """Which number stands for each name? The same one on every computer and in every run."""
    digests = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.fromiter((int.from_bytes(digest, "little") for digest in digests), np.uint64)


def uniform(keys: Keys, *, seed: int, draw: int, what: str) -> Floats:
    """Which numbers between 0 and 1 are drawn for these keys?

    They depend on seed, draw, on what is drawn and on each key alone, not on which other keys there are: two studies
    that share a street draw the same for it, and more draws change none of the earlier.

    Notes
    -----
    The mixing function of SplitMix64: G. L. Steele, D. Lea and C. H. Flood (2014), Fast splittable pseudorandom number
    generators, OOPSLA 2014, 453–472.

    Examples
    --------
    >>> drawn = uniform(keys_of(["way/1", "way/2"]), seed=1, draw=0, what="cost")
    >>> bool(drawn[1] == uniform(keys_of(["way/2"]), seed=1, draw=0, what="cost")[0])
    True
    """
    z = keys + keys_of([f"{seed}/{draw}/{what}"])
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
    z ^= z >> np.uint64(31)
    return np.asarray(((z >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53)


def factors(keys: Keys, low_high: tuple[float, float], *, seed: int, draw: int, what: str) -> Floats:
    """Which factors are drawn, log-normal with 90 % of them between two values?

    Notes
    -----
    Normal numbers from two uniform ones: G. E. P. Box and M. E. Muller (1958), A note on the generation of random
    normal deviates, The Annals of Mathematical Statistics 29(2), 610–611.
    """
    low, high = np.log(low_high)
    far = uniform(keys, seed=seed, draw=draw, what=f"{what}, how far")
    way = uniform(keys, seed=seed, draw=draw, what=f"{what}, which way")
    normal = np.sqrt(-2.0 * np.log(far)) * np.cos(2.0 * np.pi * way)
    return np.asarray(np.exp((low + high) / 2 + normal * (high - low) / (2 * _Z95)))
