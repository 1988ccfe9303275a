"""Shares as they are told everywhere: on the screen, in tables, in charts and in documents."""


def percent_text(part: int, whole: int, line: int | None = None) -> str:
    """`58.4%`: one decimal, rounded half up, in integers.

    A share below `line` (per cent) is never rounded up onto it: 59.97 % reads 59.9% below 60.

    Args:
        part: At least 0.
        whole: At least 1.
        line: The share that must be reached, if there is one.
    """
    tenths = (2000 * part + whole) // (2 * whole)
    if line is not None and 100 * part < line * whole and tenths >= 10 * line:
        tenths = 10 * line - 1
    return f"{tenths // 10}.{tenths % 10}%"
