"""Which words people should not have to read, by `ethics-and-wording`, and the note that stands on every output."""

import re

AVOIDED = {
    "sv": [
        *("mest expone", "mest utsatta", "utsatta aktör", "exponerade aktör", "exponeringspoäng", "exponering"),
        *("riskzon", "riskområde", "hotspot", "hot spot", "missbruk", "klientel", "tillhåll", "otrygg", "störning"),
    ],
    "en": [
        *("most exposed", "exposed actor", "exposure score", "exposure", "risk zone", "risk area", "risk score"),
        *("hotspot", "hot spot", "addict", "abuser", "clientele", "haunt", "unsafe", "nuisance", "disturbance"),
    ],
}
STANDING_NOTE = (
    "Kartan visar beräknade gångvägar i gatunätet, inte hur enskilda personer rör sig. "
    "Att en verksamhet ofta passeras är ett skäl till tidig kontakt, inte ett mått på problem. "
    "Brukarnas behov i grannskapet jämställs med andra invånares."
)


def avoided_in(text: str) -> list[str]:
    """Which words to avoid stand in this text, in either language?"""
    plain = " ".join(text.casefold().split())
    return [word for words in AVOIDED.values() for word in words if re.search(rf"\b{word}", plain)]
