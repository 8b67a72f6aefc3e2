"""Which neighbours do the residents of social housing pass on their walks, and what can they reach?

The package is a house of rooms. Data flows one way, and a room imports only what stands above it
(``tests/house`` holds that):

==============  ====================================================================================
`errors`        what the user can mend, in a form that can be translated
`language`      Swedish and English words for people
`disk`          why nothing could be written
`crs`           which metric coordinate system suits a place
`sample`        where the bundled sample lies
`study`         a study file and its profile, read and checked
`osm`           the edge of the program: raw OpenStreetMap data, and the only room with a network
`place`         what is there: streets, actors, stops, destinations
`opening`       from a study to its place
`routes`        the walks: a network, what they cost, how they spread over it
`exposure`      who is passed, how often, and in which order they rank
`result`        what an analysis hands over
`comparison`    what a site measures, and what differs between sites
`pipeline`      the story as a whole: study, place, result
`fetching`      the map around a site, from elsewhere onto this disk
`batch`         many sites in one run, on all processors or a cluster
`public`        what may be shown to everybody, and the attack that it must withstand
`output`        map, sheet, report, contacts, layers for a GIS, tables, terminal: a room each
`notebook`      figures, forms and tables for notebooks
`cli`           the command line, without logic
==============  ====================================================================================

The names below load when they are first used, so ``import grannskap`` is quick.

>>> import grannskap as gk
>>> study = gk.read_study(gk.sample_folder() / "study.toml")
>>> study.reach.radius_m
1200.0
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
