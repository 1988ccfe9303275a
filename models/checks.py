"""Study checks, the training roster and the review of materials."""

from models.kinds import Field, FieldType, RecordKind

F, T = Field, FieldType

CHECK = RecordKind(
    "check",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("form", T.CHOICE, required=True, choices="forms"),
        F("date", T.DATE, required=True),
        F("checkers", T.REFERENCES, required=True, refers=("person",), minimum=1),
        F("visit", T.REFERENCE, refers=("visit",)),
        F("place", T.TEXT),
        F("answers", T.ANSWERS),
        F("form_version", T.INTEGER, computed=True),
        F("result", T.CHOICE, choices="check_result"),
        F("action", T.CHOICE, choices="check_action"),
        F("note", T.LONG_TEXT),
    ),
    title="date",
)
"""学习检查: the campaign's form, answered."""

TRAINING = RecordKind(
    "training",
    (
        F("person", T.REFERENCE, required=True, refers=("person",)),
        F("round", T.INTEGER, required=True, minimum=1, maximum=99),
        F("unit", T.REFERENCE, refers=("unit",)),
        F("status", T.CHOICE, choices="training_status"),
        F("reason", T.TEXT),
        F("made_up_on", T.DATE),
    ),
    title="person",
    parent="person",
)
"""一把手轮训."""

REVIEW = RecordKind(
    "review",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("what", T.CHOICE, required=True, choices="review_what"),
        F("version", T.INTEGER, required=True, minimum=1, maximum=99),
        F("person", T.REFERENCE, refers=("person",)),
        F("comments", T.ANSWERS),
        F("joint_opinion", T.LONG_TEXT),
        F("verdict", T.CHOICE, choices="review_verdict"),
        F("deadline", T.DATE),
    ),
    title="what",
)
"""材料审阅: comments are one field a member."""

KINDS = (CHECK, TRAINING, REVIEW)
