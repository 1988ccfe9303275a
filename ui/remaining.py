"""How long a running job still takes, from how far it has come."""

from services.words import _

_FIRST_S = 2.0
"""Before that nothing is said: the first steps tell little."""
_LEAST_S = 1
_MINUTE_S = 60


class Remaining:
    """Measures one job after the other; a job is known by its title and begins at 0."""

    def __init__(self) -> None:
        """Nothing runs."""
        self._title = ""
        self._total = 0
        self._begun_at = 0.0
        self._begun_with = 0

    def seconds(self, title: str, done: int, total: int, now: float) -> float | None:
        """Seconds left at the pace so far; None while nobody can say.

        Args:
            title: of the job.
            done: steps made of `total`; a total of 0 means unknown.
            total: all the steps.
            now: seconds of a clock that never goes back.
        """
        if title != self._title or total != self._total or done < self._begun_with:
            self._title, self._total = title, total
            self._begun_at, self._begun_with = now, done
        made, spent = done - self._begun_with, now - self._begun_at
        if total <= 0 or made <= 0 or spent < _FIRST_S or done >= total:
            return None
        return spent * (total - done) / made


def in_words(seconds: float | None) -> str:
    """What the status bar says of it; empty for None. Minutes from a minute on, rounded up."""
    if seconds is None:
        return ""
    if seconds < _MINUTE_S:
        return _("还要约 {count} 秒").format(count=max(_LEAST_S, round(seconds)))
    return _("还要约 {count} 分").format(count=-(-round(seconds) // _MINUTE_S))
