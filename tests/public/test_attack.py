"""Ways of reckoning a residence from what is published, each on a place where it must work."""

import geopandas as gpd
import numpy as np
import shapely

from grannskap.public.attack import _from_points


def test_whence_actors_are_passed_less_and_less_with_distance_is_found() -> None:
    """Most actors lie east of the residence, so that no middle is near it; their classes tell it all the same."""
    chance = np.random.default_rng(5)
    spots = chance.uniform((-300, -700), (1500, 700), size=(300, 2))
    far = np.hypot(*spots.T)
    often = np.select([far < 150, far < 300, far < 500], [3, 2, 1], default=0)
    actors = gpd.GeoDataFrame({"often": often}, geometry=shapely.points(spots), crs=3006)
    found = dict(_from_points("actors", actors, shapely.box(-550, -550, 550, 550)))
    assert np.hypot(*found["where actors are passed most"]) < 100
    assert np.hypot(*found["middle of actors of class 0 or more"]) > 400
    assert np.hypot(*found["middle of actors of class 3 or more"]) < 50
