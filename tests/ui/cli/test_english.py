"""English: every string of the command line is translated, with what is filled in."""

import ast
from collections.abc import Iterator

from services import words
from tests.test_house import ROOT
from tests.test_labels import placeholders


def strings() -> Iterator[str]:
    """Chinese strings that the command line's modules hand to `_`."""
    for path in sorted((ROOT / "ui" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
                    yield text


def test_every_string_has_its_english() -> None:
    english = words.catalogue(ROOT / "resources" / "i18n" / "en.po")
    known = list(strings())
    assert len(known) > 100
    assert not [text for text in known if text not in english]
    odd = [t for t in known if placeholders(t) != placeholders(english[t])]
    assert not odd
