from .altered import assumed, at_site, with_layer, with_one_setting, with_path, with_sheet, without_place, without_way
from .changing import before_after
from .completeness import completeness
from .form import SiteForm
from .moving import moves
from .plots import plot_access, plot_ranks, plot_sensitivity
from .plots_change import plot_change, plot_moves
from .plots_map import plot_change_map, plot_passing
from .plots_place import plot_completeness, plot_dropped, plot_kinds, plot_network
from .plots_questions import plot_question
from .plots_sites import plot_sites
from .showing import assumptions, data_quality, files_table, layers_table, own_actors, question, schools
from .sites import citation, definitions, differences, sensitivities, set_aside_told, sites_table
from .sliders import AssumptionSliders

__all__ = [
    "AssumptionSliders",
    "SiteForm",
    "assumed",
    "assumptions",
    "at_site",
    "before_after",
    "citation",
    "completeness",
    "data_quality",
    "definitions",
    "differences",
    "files_table",
    "layers_table",
    "moves",
    "own_actors",
    "plot_access",
    "plot_change",
    "plot_change_map",
    "plot_completeness",
    "plot_dropped",
    "plot_kinds",
    "plot_moves",
    "plot_network",
    "plot_passing",
    "plot_question",
    "plot_ranks",
    "plot_sensitivity",
    "plot_sites",
    "question",
    "schools",
    "sensitivities",
    "set_aside_told",
    "sites_table",
    "with_layer",
    "with_one_setting",
    "with_path",
    "with_sheet",
    "without_place",
    "without_way",
]
