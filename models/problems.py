"""Problems, the measures against them, and the closures that strike them off."""

from models.kinds import Field, FieldType, RecordKind

F, T = Field, FieldType

PROBLEM = RecordKind(
    "problem",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("sub_kind", T.CHOICE, required=True, choices="sub_kinds"),
        F("title", T.TEXT, required=True),
        F("facts", T.LONG_TEXT, required=True),
        F("public_text", T.LONG_TEXT),
        F("why_other", T.TEXT),
        F("winds", T.CHOICES, choices="winds"),
        F("level", T.CHOICE, choices="problem_level"),
        F("whom", T.TEXT),
        F("found_how", T.CHOICE, choices="found_how"),
        F("handlers", T.REFERENCES, refers=("person",)),
        F(
            "evidence",
            T.LINKS,
            refers=("interview", "check", "visit", "opinion", "attachment", "reception"),
        ),
        F("deadline", T.DATE),
        F("extent", T.CHOICE, choices="problem_extent"),
        F("recheck_on", T.DATE),
        F("state", T.CHOICE, choices="problem_state", part_of="state", computed=True),
        F("round", T.INTEGER, part_of="state", computed=True),
        F("changed_on", T.DATE, part_of="state", computed=True),
        F("confirmed_on", T.DATE, part_of="state", computed=True),
        F("assigned_on", T.DATE, part_of="state", computed=True),
        F("verifying_on", T.DATE, part_of="state", computed=True),
        F("closed_on", T.DATE, part_of="state", computed=True),
        F("provisional_number", T.TEXT, computed=True),
        F("number", T.TEXT, computed=True),
        F("former_numbers", T.TEXT, computed=True),
        F("master", T.REFERENCE, refers=("problem",), computed=True),
        F("handed_to", T.TEXT, computed=True),
        F("received_by", T.TEXT, computed=True),
        F("received_on", T.DATE, computed=True),
        F("delivery", T.CHOICE, choices="delivery", computed=True),
    ),
    title="title",
    listed_by=(
        *("unit", "state", "sub_kind", "deadline", "changed_on"),
        *("confirmed_on", "assigned_on", "verifying_on", "closed_on"),
    ),
    coded_by=(
        *("unit", "state", "sub_kind", "deadline", "winds", "handlers"),
        *("level", "found_how", "extent"),
    ),
    walked_by=("unit", "state", "sub_kind", "deadline", "handlers", "title", "number"),
)
"""问题: state, round and dates move together, so they are one journal field.

`public_text` is how a briefing tells of it (简报用语): no unit, no name.
"""

MEASURE = RecordKind(
    "measure",
    (
        F("problem", T.REFERENCE, required=True, refers=("problem",)),
        F("what", T.LONG_TEXT, required=True),
        F("responsible", T.TEXT, required=True),
        F("standard", T.LONG_TEXT, required=True),
        F("deadline", T.DATE, required=True),
        F("progress", T.LONG_TEXT),
    ),
    title="what",
    parent="problem",
)
"""整改措施; with the problem itself these are the five 明确."""

CLOSURE = RecordKind(
    "closure",
    (
        F("problem", T.REFERENCE, required=True, refers=("problem",)),
        F("done", T.LONG_TEXT, required=True),
        F("evidence", T.LINKS, required=True, refers=("attachment", "check", "visit"), minimum=1),
        F("verifier", T.REFERENCE, refers=("person",)),
        F("satisfaction", T.CHOICE, choices="satisfaction"),
        F("date", T.DATE),
        F("voided", T.BOOLEAN),
    ),
    title="done",
    parent="problem",
)
"""销号: voided on reopening, never deleted."""

KINDS = (PROBLEM, MEASURE, CLOSURE)
