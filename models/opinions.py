"""Opinions, the activities that gather them, the rounds, the ballots and what follows from them."""

from models.kinds import Field, FieldType, RecordKind, Tier

F, T = Field, FieldType

OPINION = RecordKind(
    "opinion",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("text", T.LONG_TEXT, required=True),
        F("quote", T.LONG_TEXT, tier=Tier.TALK),
        F("interview", T.REFERENCE, tier=Tier.TALK, refers=("interview",)),
        F("channel", T.CHOICE, choices="opinion_channel"),
        F("source", T.CHOICE, choices="categories"),
        F("round", T.INTEGER, minimum=1, maximum=99),
        F("subject", T.CHOICE, choices="opinion_subject"),
        F("whom", T.TEXT),
        F("nature", T.CHOICE, choices="opinion_nature"),
        F("specificity", T.CHOICE, choices="opinion_specificity"),
        F("winds", T.CHOICES, choices="winds"),
        F("sub_kind", T.CHOICE, choices="sub_kinds"),
        F("origin", T.TEXT),
        F("merged_into", T.REFERENCE, refers=("opinion",)),
        F("problem", T.REFERENCE, refers=("problem",)),
    ),
    title="text",
    listed_by=(
        *("unit", "channel", "source", "round", "subject", "nature", "specificity"),
        *("winds", "sub_kind", "merged_into", "problem", "whom"),
    ),
)
"""意见: condensed wording is work, the verbatim sentence and its talk are talk text."""

OUTREACH = RecordKind(
    "outreach",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("way", T.CHOICE, required=True, choices="outreach_way"),
        F("date", T.DATE, required=True),
        F("round", T.INTEGER, minimum=1, maximum=99),
        F("people", T.INTEGER),
        F("public_people", T.INTEGER),
        F("opinions", T.INTEGER),
        F("opened_by", T.REFERENCES, refers=("person",)),
    ),
    title="date",
)
"""听取意见活动; 0 opinions count."""

SOLICITATION = RecordKind(
    "solicitation",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("n", T.INTEGER, required=True, minimum=1, maximum=99),
        F("ways", T.CHOICES, choices="outreach_way"),
        F("issued", T.INTEGER, part_of="forms"),
        F("returned", T.INTEGER, part_of="forms"),
        F("blank", T.INTEGER, part_of="forms"),
        F("none_written", T.INTEGER, part_of="forms"),
        F("votes_enough", T.INTEGER, part_of="votes"),
        F("votes_accurate", T.INTEGER, part_of="votes"),
        F("votes_focused", T.INTEGER, part_of="votes"),
        F("votes_satisfied", T.INTEGER, part_of="votes"),
        F("votes_cast", T.INTEGER, part_of="votes"),
        F("verdict", T.CHOICES, choices="solicitation_verdict"),
        F("reason", T.LONG_TEXT),
    ),
    title="n",
)
"""征求意见轮次."""

EVALUATION = RecordKind(
    "evaluation",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("round", T.INTEGER, required=True, minimum=1, maximum=99),
        F("subject", T.CHOICE, required=True, choices="evaluation_subject"),
        F("item", T.CHOICE, required=True, choices="evaluation_items"),
        F("date", T.DATE),
        F("whom", T.REFERENCE, refers=("person",)),
        F("issued", T.INTEGER, part_of="tally"),
        F("returned", T.INTEGER, part_of="tally"),
        F("valid", T.INTEGER, part_of="tally"),
        F("good", T.INTEGER, part_of="tally"),
        F("fairly_good", T.INTEGER, part_of="tally"),
        F("average", T.INTEGER, part_of="tally"),
        F("poor", T.INTEGER, part_of="tally"),
        F("abstained", T.INTEGER, part_of="tally"),
        F("blank", T.INTEGER, part_of="tally"),
        F("none_written", T.INTEGER, part_of="tally"),
    ),
    title="item",
)
"""民主评议: a tally is right only together, so it is one journal field."""

REMEDY = RecordKind(
    "remedy",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("cause", T.TEXT, required=True),
        F("deadline", T.DATE, required=True),
        F("evaluation", T.REFERENCE, refers=("evaluation",)),
        F("shortcomings", T.LONG_TEXT),
        F("causes", T.LONG_TEXT),
        F("measures", T.LONG_TEXT),
        F("actions", T.CHOICES, choices="remedy_action"),
        F("outcome", T.LONG_TEXT),
    ),
    title="cause",
)
"""回炉补火."""

KINDS = (OPINION, OUTREACH, SOLICITATION, EVALUATION, REMEDY)
