"""A share is rounded as people expect, but never onto a line that it does not reach."""

import pytest

from services.shares import percent_text


@pytest.mark.parametrize(
    ("part", "whole", "line", "text"),
    [
        (73, 125, 60, "58.4%"),
        (75, 124, 60, "60.5%"),
        (59, 127, None, "46.5%"),
        (5997, 10000, 60, "59.9%"),
        (5997, 10000, None, "60.0%"),
        (3, 5, 60, "60.0%"),
        (0, 7, 60, "0.0%"),
        (7, 7, 60, "100.0%"),
        (1, 2000, None, "0.1%"),
    ],
)
def test_shares(part: int, whole: int, line: int | None, text: str) -> None:
    assert percent_text(part, whole, line) == text
