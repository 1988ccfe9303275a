"""The layout checker: a finished PDF measured against GB/T 9704-2012, from the file alone.

It judges any PDF, ours or another program's: it sees characters, fonts and lines, not what they
were made from. What it cannot see (whether a word is right) it does not judge. A substituted font
is told beside the deviations, never as one of them.

Source: GB/T 9704-2012 §5–8, §10.1; the table of measures stands in the tests.
"""

from dataclasses import dataclass, replace

from services.documents import pages
from services.documents.checking import foot, head, text
from services.documents.checking.findings import Finding, Rule, words
from services.documents.checking.head import Form
from services.documents.checking.measures import taken_apart

__all__ = ["Finding", "Form", "Report", "Rule", "check", "words"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    pages: int
    form: Form
    fonts: tuple[str, ...]
    """PostScript names of the fonts in the file."""
    findings: tuple[Finding, ...]
    """By page; substituted fonts last."""

    @property
    def deviations(self) -> tuple[Finding, ...]:
        """Without the substituted fonts."""
        return tuple(f for f in self.findings if not f.told_only)

    @property
    def substitutions(self) -> tuple[Finding, ...]:
        """Fonts that stand for official ones."""
        return tuple(f for f in self.findings if f.told_only)


def check(pdf: bytes) -> Report:
    """Measure a finished PDF.

    Raises:
        Refused: `pdf_unreadable`, `pdf_too_large`, `pdf_too_long`, `pdf_page_too_full`.
    """
    measured, known = pages.measured(pdf)
    sheets = [taken_apart(number, one) for number, one in enumerate(measured, 1)]
    first = sheets[0]
    kind = head.form(first) if first.lines else Form.PLAIN
    findings: list[Finding] = []
    if first.lines:
        findings, below = head.head(first, kind)
        sheets[0] = replace(first, start=below)
    for page, following in zip(sheets, [*sheets[1:], None], strict=True):
        findings += text.paper(page)
        findings += text.grid(page)
        findings += text.sizes(page)
        findings += text.punctuation(page)
        findings += text.headings(page, following)
        findings += foot.page_number(page, bare=kind is Form.LETTER and page.number == 1)
        findings += foot.closing(page)
    findings += text.advance(sheets)
    findings += foot.imprint(sheets)
    findings += text.fonts(sheets, known)
    findings.sort(key=lambda f: (f.told_only, f.page))
    return Report(len(sheets), kind, tuple(font.name for font in known), tuple(findings))
