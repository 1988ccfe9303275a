"""Briefings (简报) while drafted: every paragraph is a field of its own, so drafts merge."""

from models.kinds import Field, FieldType, RecordKind

F, T = Field, FieldType

BRIEFING = RecordKind(
    "briefing",
    (
        F("title", T.TEXT, required=True),
        F("issue", T.INTEGER, minimum=1, maximum=9999),
        F("date", T.DATE),
        F("period_start", T.DATE),
        F("period_end", T.DATE),
        F("drafted", T.ANSWERS, computed=True),
        F("texts", T.ANSWERS),
        F("arranged", T.DATA),
        F("cleared", T.REFERENCES, refers=("unit",)),
        F("copies", T.INTEGER, maximum=100_000),
        F("state", T.CHOICE, choices="briefing_state", computed=True),
        F("report", T.REFERENCE, refers=("report",), computed=True),
    ),
    title="title",
)
"""简报.

`drafted` holds, by the id of a paragraph, what the program last wrote there, `texts` what a person
made of it: a paragraph with both is edited, and the two side by side tell what has come since.
`arranged` is what was decided of the whole: `order` of sections and paragraphs, those that are
`off`, and the `genre` (special; general where it says nothing). A changed heading stands in `texts`
under `heading.` and its section's id; `drafted` keeps what the template had there. `cleared` are
the units that may be named (允许点名). `issue` is the 期 of 第×期.
"""

KINDS = (BRIEFING,)
