"""Along the way: shares of all metres walked, by what the map tells of the streets and who lies beside them."""

import numpy as np

from grannskap.comparison.ground import TOLD, Floats, Ground, Values, over


def along(ground: Ground, flow: Floats, schools_m: Floats) -> Values:
    """Which shares of the metres walked are by schools, unlit, and on streets that the map describes?

    Parameters
    ----------
    ground : Ground
    flow : ndarray of float
        Walks a week on each edge, both ways together, shape (edges, demands).
    schools_m : ndarray of float
        Metres of each edge along a school.

    Returns
    -------
    dict
        ``school_frontage_share`` and those of `TOLD`; nan where nobody walks, and ``unlit_share`` where no lighting is
        told.
    """
    metres = np.vstack([ground.length_m, schools_m, ground.told])
    walked = np.einsum("se,ed->sd", metres, flow)  # in one order, unlike a product of matrices
    found = dict(zip(("school_frontage_share", *TOLD), over(walked[1:], walked[0]), strict=True))
    found["unlit_share"] = np.where(found["lit_known_share"] > 0, found["unlit_share"], np.nan)
    return {(measure, ""): values for measure, values in found.items()}
