"""Times and sizes as people say them."""

from datetime import datetime, timedelta

from services import words
from services.errors import AppError
from services.words import _

_KIB = 1024


def moment(
    at: datetime, *, full: bool = False, clock: bool = False, now: datetime | None = None
) -> str:
    """When something was: 刚才, 今天 17:50, 昨天 21:40, 5月3日; in full 2014-05-03 17:50.

    Args:
        at: with its time zone.
        full: the exact time.
        clock: the day with the hour: 5月6日 17:50.
        now: what counts as now; the clock's by default.
    """
    local = at.astimezone()
    if full:
        return f"{local:%Y-%m-%d %H:%M}"
    if clock:
        return f"{words.date(local.date().isoformat())} {local:%H:%M}"
    here = (now or datetime.now().astimezone()).astimezone()
    days = (here.date() - local.date()).days
    if timedelta() <= here - local < timedelta(minutes=2):
        return _("刚才")
    if days == 0:
        return _("今天 {time}").format(time=f"{local:%H:%M}")
    if days == 1:
        return _("昨天 {time}").format(time=f"{local:%H:%M}")
    return words.date(local.date().isoformat(), full=local.year != here.year)


def run(first: int, last: int) -> str:
    """Which changes of a stream: 第 119—140 条, 第 7 条."""
    if first == last:
        return _("第 {n} 条").format(n=f"{first:,}")
    return _("第 {first}—{last} 条").format(first=f"{first:,}", last=f"{last:,}")


def size(size_bytes: int) -> str:
    """A file's size: 12 GB, 102 MB, 0.8 MB, 3 KB."""
    if size_bytes >= 10 * _KIB**3:
        return f"{size_bytes / _KIB**3:,.0f} GB"
    if size_bytes >= _KIB**3:
        return f"{size_bytes / _KIB**3:.1f} GB"
    if size_bytes >= 10 * _KIB**2:
        return f"{size_bytes / _KIB**2:,.0f} MB"
    if size_bytes >= _KIB**2 // 10:
        return f"{size_bytes / _KIB**2:.1f} MB"
    return f"{max(1, round(size_bytes / _KIB))} KB"


def reason(failure: AppError, name: str) -> str:
    """Why a file is left out, to stand beside its name."""
    return words.error(failure).removeprefix(name).strip()
