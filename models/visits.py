"""Visits, tasks, and the log of what was opened, exported and printed."""

from models.kinds import Field, FieldType, RecordKind

F, T = Field, FieldType

VISIT = RecordKind(
    "visit",
    (
        F("unit", T.REFERENCE, required=True, refers=("unit",)),
        F("date", T.DATE, required=True),
        F("way", T.CHOICE, choices="visit_way", default="open"),
        F("state", T.CHOICE, choices="visit_state", default="planned"),
        F("start_at", T.TIME),
        F("end_at", T.TIME),
        F("place", T.TEXT),
        F("participants", T.REFERENCES, refers=("person",)),
        F("done", T.LONG_TEXT),
        F("findings", T.LONG_TEXT),
        F("feedback", T.LONG_TEXT),
        F("received_by", T.TEXT),
        F("next_step", T.LONG_TEXT),
    ),
    title="date",
)
"""日程与日志."""

TASK = RecordKind(
    "task",
    (
        F("what", T.TEXT, required=True),
        F("due", T.DATE, required=True),
        F("kind", T.TEXT),
        F("unit", T.REFERENCE, refers=("unit",)),
        F("group", T.REFERENCE, refers=("group",)),
        F("done_on", T.DATE),
    ),
    title="what",
)
"""任务."""

LOG = RecordKind(
    "log",
    (F("what", T.TEXT, required=True), F("of", T.TEXT), F("why", T.TEXT)),
    title="what",
    common=True,
)
"""Openings of names, exports and prints, in the scope `log`."""

KINDS = (VISIT, TASK, LOG)
