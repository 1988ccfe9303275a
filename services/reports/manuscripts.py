"""送审稿: a draft as .docx, for corrections with a pencil or in Word before it is issued."""

from models.errors import Refused
from services import words
from services.documents.fonts import Role, prepare
from services.documents.rendering import Options
from services.documents.wording import wording
from services.reports.drafting import Draft


def manuscript(draft: Draft, options: Options = Options()) -> bytes:
    """The draft as a .docx file that says what its PDF says; it bears no number.

    Args:
        draft: Talks stand in it by code name.
        options: Fonts of the charts, and whether the receipt is part of it.

    Raises:
        Refused: opened names stand in it (a file that any program copies is no place for them), or
            no font has a character of a chart.
    """
    if draft.is_named:
        raise Refused("manuscript_named")
    # python-docx is slow to load.
    from services.documents import manuscript as paper

    composed = draft.composed
    pictures = {}
    if composed.charts:
        fonts = prepare({Role.BODY: composed.chart_characters}, options.fonts, options.cache)
        pictures = composed.pictures(fonts)
    with words.in_chinese():
        warning = wording("official")("manuscript")
    return paper.manuscript(draft.printed(options), composed.title, warning, pictures)
