"""Into which few groups do the kinds of actors fall, for one who looks for some of them only?"""

from collections.abc import Mapping
from types import MappingProxyType

from grannskap.language import marked as _
from grannskap.output.look import SCHOOL_KINDS

KIND_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _("Schools and preschools"): SCHOOL_KINDS,
        _("Health and care"): (
            *("primary_care_centre", "healthcare", "pharmacy", "outpatient_care", "social_service"),
            *("group_home", "senior_housing", "senior_meeting_point"),
        ),
        _("Shops"): (
            *("supermarket", "convenience", "alcohol_shop", "second_hand", "shopping_centre", "shop"),
            *("marketplace", "fuel"),
        ),
        _("Food, drink and hotels"): ("restaurant", "cafe", "bar", "hotel"),
        _("Culture, leisure and learning"): (
            *("youth_centre", "library", "place_of_worship", "association", "culture", "entertainment", "sport"),
            *("university", "adult_education"),
        ),
        _("Housing and property owners"): ("housing", "property_owner"),
        _("Offices, services and authorities"): ("public_office", "police", "service", "office"),
        _("Parks and open spaces"): (
            *("park", "playground", "green_area", "allotment", "cemetery", "picnic_place", "recycling", "stop"),
        ),
        _("Other kinds"): (),
    }
)
"""Kinds by the name of their group, which is a message; the last takes the analyst's own kinds."""

_GROUP = {kind: number for number, kinds in enumerate(KIND_GROUPS.values()) for kind in kinds}


def kind_group(kind: str) -> int:
    """Which number has the group that a kind falls into?

    >>> list(KIND_GROUPS)[kind_group("cafe")]
    'Food, drink and hotels'
    """
    return _GROUP.get(kind, len(KIND_GROUPS) - 1)
