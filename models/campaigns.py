"""Campaign, group, unit, person: what always travels, and the key that seals names."""

from models.kinds import Field, FieldType, RecordKind

F, T = Field, FieldType

CAMPAIGN = RecordKind(
    "campaign",
    (
        F("title", T.TEXT, required=True),
        F("organiser", T.TEXT),
        F("number_prefix", T.TEXT),
        F("label", T.TEXT),
        F("phases", T.DATA),
        F("thresholds", T.DATA),
        F("forms", T.ANSWERS),
        F("template", T.ANSWERS),
    ),
    title="title",
    common=True,
)
"""活动, with its template's snapshot: one journal field a form and a section of the template."""

GROUP = RecordKind(
    "group",
    (
        F("number", T.INTEGER, required=True, minimum=1, maximum=999),
        F("name", T.TEXT, required=True),
        F("campaign", T.REFERENCE, refers=("campaign",)),
        F("leader", T.REFERENCE, refers=("person",)),
        F("deputy", T.REFERENCE, refers=("person",)),
        F("liaisons", T.REFERENCES, refers=("person",)),
        F("members", T.REFERENCES, refers=("person",)),
        F("avoid", T.REFERENCES, refers=("unit",)),
        F("is_office", T.BOOLEAN),
        F("number_book", T.TEXT, computed=True),
    ),
    title="name",
    common=True,
)
"""督导组 (the office is one too); `number_book` names the replica that holds the 编号本."""

UNIT = RecordKind(
    "unit",
    (
        F("name", T.TEXT, required=True),
        F("code", T.TEXT),
        F("short_name", T.TEXT),
        F("addressee", T.TEXT),
        F("kind", T.CHOICE, choices="unit_kinds"),
        F("parent", T.REFERENCE, refers=("unit",)),
        F("head", T.TEXT),
        F("contact", T.TEXT),
        F("group", T.REFERENCE, refers=("group",)),
        F("headcount", T.INTEGER),
        F("note", T.LONG_TEXT),
        F("linked", T.REFERENCE, refers=("unit",), computed=True),
    ),
    title="name",
    common=True,
)
"""单位; `linked` names the row of the same unit that this one leads to."""

PERSON = RecordKind(
    "person",
    (
        F("name", T.TEXT, required=True),
        F("post", T.TEXT),
        F("unit", T.REFERENCE, refers=("unit",)),
        F("is_head", T.BOOLEAN),
        F("is_leading_member", T.BOOLEAN),
        F("sex", T.CHOICE, choices="sex"),
        F("letter", T.TEXT),
        F("certificate", T.TEXT),
    ),
    title="name",
)
"""人员: group members (with letter and certificate) and a unit's leaders; never who spoke."""

NAME_KEY = RecordKind(
    "name_key",
    (F("public", T.TEXT, required=True), F("group", T.REFERENCE, refers=("group",))),
    title="public",
    common=True,
)
"""The public key names are sealed to; its private half is wrapped outside the journal."""

KINDS = (CAMPAIGN, GROUP, UNIT, PERSON, NAME_KEY)
