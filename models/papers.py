"""Notices, reports, attachments, cases and reception: what arrives and leaves as paper or file."""

from dataclasses import replace

from models.kinds import Field, FieldType, RecordKind, Tier

F, T = Field, FieldType

NOTICE = RecordKind(
    "notice",
    (
        F("kind", T.CHOICE, required=True, choices="notice_kind"),
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("number", T.TEXT),
        F("basis", T.TEXT),
        F("items", T.LINKS, refers=("problem",)),
        F("deadline", T.DATE),
        F("delivery", T.CHOICE, choices="delivery"),
        F("received_by", T.TEXT),
        F("received_on", T.DATE),
        F("view", T.CHOICE, choices="unit_view"),
        F("reply", T.LONG_TEXT),
    ),
    title="number",
)
"""通知文书."""

REPORT = RecordKind(
    "report",
    (
        F("kind", T.TEXT, required=True),
        F("number", T.TEXT),
        F("title", T.TEXT),
        F("of", T.REFERENCE, refers=("unit",)),
        F("period_start", T.DATE),
        F("period_end", T.DATE),
        F("signers", T.DATA),
        F("signed", T.DATA),
        F("digest", T.TEXT),
        F("file", T.TEXT),
        F("issued_on", T.DATE),
        F("copies", T.INTEGER),
        F("pages", T.INTEGER),
        F("retention", T.TEXT),
        F("state", T.CHOICE, choices="report_state"),
        F("scan", T.REFERENCE, refers=("attachment",)),
        F("supersedes", T.REFERENCE, refers=("report",)),
        F("about", T.TEXT),
        F("notice", T.REFERENCE, refers=("notice",)),
        F("edits", T.ANSWERS),
    ),
    title="title",
    parent="of",
)
"""文书登记: expected signers stand here, so that a cut-off signature is noticed.

A draft (state `draft`) keeps the changed words, one journal field a passage: `edits` holds
`{"was", "now"}` by passage; an issued one keeps those it was printed with.
"""

ATTACHMENT = RecordKind(
    "attachment",
    (
        F("belongs_to", T.TEXT, required=True),
        F("file", T.TEXT, required=True),
        F("name", T.TEXT),
        F("kind", T.TEXT),
        F("caption", T.TEXT),
        F("size", T.INTEGER, maximum=2**40, computed=True),
    ),
    title="name",
    parent="belongs_to",
)
"""附件: `file` is the content's SHA-256; as secret as what it belongs to."""

TALK_ATTACHMENT = RecordKind(
    "talk_attachment",
    tuple(replace(field, tier=Tier.TALK) for field in ATTACHMENT.fields),
    title="name",
    parent="belongs_to",
)
"""谈话附件 (scans of handwritten notes): as secret as talk text, with which they travel."""

CASE = RecordKind(
    "case",
    (
        F("stance", T.CHOICE, required=True, choices="case_stance"),
        F("text", T.LONG_TEXT, required=True),
        F("source", T.TEXT),
        F("cleared", T.BOOLEAN),
    ),
    title="text",
)
"""典型."""

RECEPTION = RecordKind(
    "reception",
    (
        F("channel", T.CHOICE, required=True, choices="reception_channel"),
        F("date", T.DATE, required=True),
        F("gist", T.LONG_TEXT, required=True),
        F("persons", T.INTEGER),
        F("unit", T.REFERENCE, refers=("unit",)),
        F("number", T.TEXT),
        F("repeats", T.REFERENCE, refers=("reception",)),
        F("handled_by", T.REFERENCE, refers=("person",)),
        F("handed_to", T.TEXT),
        F("result", T.LONG_TEXT),
        F("identity", T.TEXT, tier=Tier.SEALED),
    ),
    title="gist",
)
"""信访接待: the gist bears no names; who came is sealed."""

KINDS = (NOTICE, REPORT, ATTACHMENT, TALK_ATTACHMENT, CASE, RECEPTION)
