"""Blocks made into pages with the packaged fonts, and places of words in the finished PDF."""

from pathlib import Path

from services.documents import pages
from services.documents.blocks import Block
from services.documents.characters import wanted
from services.documents.drawing import draw
from services.documents.flow import Item, Layout, Rule
from services.documents.fonts import prepare
from services.documents.layout import Look, lay_out
from services.documents.pages import Char

PLAIN = Look()


def laid(blocks: tuple[Block, ...], cache: Path, look: Look = PLAIN) -> tuple[Layout, bytes]:
    fonts = prepare(wanted(blocks, look.footer), (), cache)
    layout = lay_out(blocks, fonts, look)
    return layout, draw(layout, fonts, "标题")


def find(pdf: bytes, page: int, text: str) -> list[Char]:
    """The characters of the first place where the text stands."""
    chars = pages.characters(pdf, page)
    whole = "".join(c.text for c in chars)
    at = whole.index(text)
    return list(chars[at : at + len(text)])


def rules(items: tuple[Item, ...]) -> list[Rule]:
    """The level rules of a page from top to bottom."""
    found = [item for item in items if isinstance(item, Rule) and item.y1 == item.y2]
    return sorted(found, key=lambda rule: rule.y1)
