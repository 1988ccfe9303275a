"""What stands in a .docx, and whether it is what the draft's PDF says."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.ns import qn

from services import reports
from services.documents.blocks import Block, Figure, Paragraph, Table
from services.documents.composing import footer
from services.documents.lines import clean
from services.documents.rendering import Options
from services.reports import Draft


def opened(file: bytes) -> Document:
    """The file as the library reads it."""
    return docx.Document(BytesIO(file))


def said(file: bytes) -> str:
    """All words of the body without blanks, tables included."""
    return _bare("".join(str(text.text) for text in opened(file).element.body.iter(qn("w:t"))))


def same(draft: Draft, options: Options, pdf_words: Sequence[str]) -> None:
    """The draft's .docx says what its PDF says, and nothing else.

    `pdf_words` are the words of each page without blanks, margins included.

    Heads of tables stand in the PDF on every page they reach, in a .docx once; the words of charts
    are letters in the PDF, pictures in a .docx.
    """
    text = said(reports.manuscript(draft, options))
    at = 0
    for part in _running(draft.composed.blocks):
        at = text.index(part, at)
    words, paper = Counter(text), Counter("".join(pdf_words))
    assert words - paper == Counter(), draft.kind.id
    if any(isinstance(block, Figure) for block in draft.composed.blocks):
        return
    margins = Counter(_bare(footer(draft.data.frame).left) + "第页共页——")
    tables = [block for block in draft.composed.blocks if isinstance(block, Table)]
    heads = {c for table in tables for column in table.columns for c in column.title}
    more = paper - words
    for _page in pdf_words:
        more -= margins
    assert set(more) <= heads | set("0123456789"), draft.kind.id


def _running(blocks: Sequence[Block]) -> list[str]:
    """The paragraphs' words in their order."""
    texts = ("".join(s.text for s in b.spans) for b in blocks if isinstance(b, Paragraph))
    return [_bare(text) for text in texts]


def _bare(text: str) -> str:
    return "".join(clean(text).split())
