"""Interviews in their three tiers: that a talk took place, what was said, and who said it."""

from models.kinds import Field, FieldType, RecordKind, Tier

F, T = Field, FieldType

INTERVIEW = RecordKind(
    "interview",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("category", T.CHOICE, required=True, choices="categories"),
        F("date", T.DATE, required=True),
        F("round", T.INTEGER, minimum=1, maximum=99),
        F("state", T.CHOICE, choices="interview_state", default="recording"),
        F("outcome", T.CHOICE, choices="interview_outcome"),
        F("confirmation", T.CHOICE, choices="interview_confirmation", default="none"),
        F("label", T.TEXT),
        F("code_name", T.TEXT, required=True, tier=Tier.TALK),
        F("post_level", T.CHOICE, tier=Tier.TALK, choices="post_level"),
        F("start_at", T.TIME, required=True, tier=Tier.TALK),
        F("end_at", T.TIME, tier=Tier.TALK),
        F("place", T.TEXT, required=True, tier=Tier.TALK),
        F("talkers", T.REFERENCES, required=True, tier=Tier.TALK, refers=("person",), minimum=2),
        F("recorder", T.REFERENCE, required=True, tier=Tier.TALK, refers=("person",)),
        F("outline", T.ANSWERS, tier=Tier.TALK),
        F("text", T.LONG_TEXT, required=True, tier=Tier.TALK),
        F("marks", T.ANSWERS, tier=Tier.TALK),
    ),
    title="code_name",
)
"""个别谈话. What a person said never stands in the work tier."""

IDENTITY = RecordKind(
    "identity",
    (
        F("code_name", T.TEXT, required=True, tier=Tier.SEALED),
        F("real_name", T.TEXT, required=True, tier=Tier.SEALED),
        F("post", T.TEXT, tier=Tier.SEALED),
        F("unit", T.TEXT, tier=Tier.SEALED),
        F("phone", T.TEXT, tier=Tier.SEALED),
        F("sex", T.CHOICE, tier=Tier.SEALED, choices="sex"),
    ),
    title="code_name",
)
"""身份: sealed to the group's name key, in no table, index or draft in clear."""

KINDS = (INTERVIEW, IDENTITY)
