"""送审稿: a document as .docx, for corrections with a pencil or in Word. The only home of docx.

It says what the draft's PDF says; the measures are as near to the official page as Word's own lines
come. It bears no number, no signature, and on every page the words that it is no official paper;
nothing in it tells who made it, when, or on which machine.
"""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import docx
from docx.document import Document
from docx.oxml.ns import qn

from services.documents.blocks import Block
from services.documents.manuscript import sections, styles
from services.documents.manuscript.nodes import node, printable
from services.documents.manuscript.writing import Writer

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The only time a zip can hold that says nothing."""
_UNTOLD = datetime(1980, 1, 1, tzinfo=UTC)
_MOST_TITLE = 255
"""Characters of a file's particulars. Source: ECMA-376 part 2, §8."""
_OF_DOCUMENT: Final = (
    "stylesWithEffects",
    *("customXml", "webSettings", "fontTable", "numbering", "theme"),
)
_WORD_2013 = "15"
"""Word opens it as it is, not in the mode of an older one."""
_OF_FILE: Final = ("thumbnail", "extended-properties")
_SETTINGS_KEPT: Final = ("evenAndOddHeaders", "characterSpacingControl", "compat")


def manuscript(
    blocks: Sequence[Block], title: str, warning: str, pictures: Mapping[str, bytes]
) -> bytes:
    """The document as a .docx file; the same blocks give the same bytes.

    Args:
        blocks: What it says, from top to bottom.
        title: For the file's own particulars.
        warning: Words at the head of every page.
        pictures: PNG files of the charts by their keys; one that is missing leaves its caption.
    """
    document = docx.Document()
    _strip(document)
    styles.write(document)
    sections.begin(document, warning)
    Writer(document, pictures).write(blocks)
    _settle(document, title)
    made = BytesIO()
    document.save(made)
    return _timeless(made.getvalue())


def _strip(document: Document) -> None:
    """Take away what the library's template brings along."""
    for owner, names in ((document.part, _OF_DOCUMENT), (document.part.package, _OF_FILE)):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.rpartition("/")[2] in names:
                del owner.rels[key]


def _settle(document: Document, title: str) -> None:
    """Settings of this file alone; nobody's name, no time, no revision marks."""
    root = document.settings.element
    kept = {qn(f"w:{name}") for name in _SETTINGS_KEPT}
    for child in list(root):
        if child.tag not in kept:
            root.remove(child)
    for setting in root.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _WORD_2013)
    root.append(node("w:themeFontLang", val="zh-CN", eastAsia="zh-CN"))
    about = document.core_properties
    about.title, about.language = printable(title)[:_MOST_TITLE], "zh-CN"
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = _UNTOLD


def _timeless(file: bytes) -> bytes:
    """The same parts without the hour at which they were written."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(file)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as taken,
    ):
        for name in given.namelist():
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            taken.writestr(part, given.read(name))
    return made.getvalue()
