"""What looks like the data of a person: a Swedish personal number, or the number of a private mobile telephone."""

import re
from datetime import date

_NUMBER = re.compile(r"(?<!\d)(\d{2})?(\d{2})(\d{2})(\d{2})([-+ ]?)(\d{4})(?!\d)")
_MOBILE = re.compile(r"(?<![\d+])(?:(?:\+|00)46[\s-]*(?:\(0\)[\s-]*)?|0)7[02369](?:[\s-]*\d){7}(?!\d)")
_MOBILE_ABROAD = re.compile(
    r"(?<!\d)(?:\+|00)(?:358[\s-]*(?:4\d|50)|45[\s-]*[2-9]|47[\s-]*[49])(?:[\s-]*\d){5,8}(?!\d)"
)
_COORDINATION_DAY = 60  # is added to the day in a coordination number


def looks_personal(text: str) -> bool:
    """Does a text hold what looks like a personal number or a private mobile number?

    A personal number has a date and a check digit that fit (Skatteverket, SKV 704); the numbers of organisations have
    the same form but no date. Written with its hyphen it looks like one whatever the check digit: a slip of the pen in
    it tells the date of birth all the same. Swedish mobile numbers begin with 070, 072, 073, 076 or 079 (PTS).

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> looks_personal("811228-9874"), looks_personal("556016-0680"), looks_personal("070-174 06 05")
    (True, False, True)
    >>> looks_personal("811228-9875"), looks_personal("8112289875")
    (True, False)
    """
    return (
        any(_is_personal_number(*found.groups("")) for found in _NUMBER.finditer(text))
        or _MOBILE.search(text) is not None
        or _MOBILE_ABROAD.search(text) is not None
    )


def _is_personal_number(century: str, year: str, month: str, day: str, sign: str, last: str) -> bool:
    digits = f"{year}{month}{day}{last}"
    born = int(day) - _COORDINATION_DAY if int(day) > _COORDINATION_DAY else int(day)
    try:
        date(int(f"{century or 20}{year}"), int(month), born)  # 2000 has the leap day that any year may have
    except ValueError:
        return False
    if sign in ("-", "+"):
        return True
    doubled = (int(digit) * (2 - i % 2) for i, digit in enumerate(digits))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0
