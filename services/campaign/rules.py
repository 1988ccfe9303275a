"""Rules over several parts of a template: circles, references, doubled ids, dates in order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeAlias

from models.kinds import CHOICES, Value
from services.campaign.shapes import (
    Activity,
    Column,
    Derived,
    Form,
    Phase,
    Question,
    QuestionType,
    RowsFrom,
    Rule,
    Scalar,
    Section,
    Template,
)

Fault: TypeAlias = tuple[str, str, dict[str, Value]]
"""Dotted key, sentence, its parameters."""

GRADES: Final = ("good", "fairly_good", "average", "poor")
"""The counters of an evaluation; a template words them and may leave some out."""

_MAX_CIRCLES: Final = 20


def template_faults(template: Template) -> Iterator[Fault]:
    """Faults of everything but the forms, keys from the template's top."""
    yield from _phases(template.phases)
    yield from _calendar(template)
    yield from _references(template)
    yield from _words(template.words)
    seen: set[str] = set()
    for place, sub_kinds in (
        *((f"groups[{g.id}].sub_kinds", g.sub_kinds) for g in template.groups),
        ("other", template.other),
    ):
        for sub_kind in sub_kinds:
            if sub_kind.id in seen:
                yield f"{place}[{sub_kind.id}].id", "template_id_twice", {"id": sub_kind.id}
            seen.add(sub_kind.id)


def _phases(phases: Iterable[Phase]) -> Iterator[Fault]:
    by_id = {p.id: p for p in phases}
    for phase in by_id.values():
        for other in phase.after:
            if other not in by_id:
                yield _unknown(f"phases[{phase.id}].after", other)
            elif phase.starts and phase.starts < by_id[other].starts:
                yield f"phases[{phase.id}].starts", "template_phase_too_early", {"id": other}
    for circle in circles({p.id: p.after for p in by_id.values()}):
        yield "phases", "template_circle", {"circle": circle}


def _unknown(place: str, referred: str) -> Fault:
    return place, "template_reference_unknown", {"id": referred}


def _calendar(template: Template) -> Iterator[Fault]:
    spans: tuple[tuple[str, tuple[Phase | Activity, ...]], ...] = (
        ("phases", template.phases),
        ("activities", template.activities),
    )
    for place, dated in spans:
        for entry in dated:
            if entry.starts and entry.ends and entry.ends < entry.starts:
                params: dict[str, Value] = {"starts": entry.starts, "ends": entry.ends}
                yield f"{place}[{entry.id}].ends", "template_ends_before_start", params
    known = {p.id for p in template.phases}
    for activity in template.activities:
        if activity.phase and activity.phase not in known:
            yield _unknown(f"activities[{activity.id}].phase", activity.phase)


def _references(template: Template) -> Iterator[Fault]:
    winds = {w.id for w in template.winds}
    for item in template.evaluation_items:
        if item.wind and item.wind not in winds:
            yield _unknown(f"evaluation_items[{item.id}].wind", item.wind)
    sub_kinds = {s.id for s in template.sub_kinds()}
    for phrase in template.phrases:
        if phrase.sub_kind and phrase.sub_kind not in sub_kinds:
            yield _unknown(f"phrases[{phrase.id}].sub_kind", phrase.sub_kind)
    for grade in template.grades:
        if grade.id not in GRADES:
            yield f"grades[{grade.id}].id", "template_option_unknown", {"options": list(GRADES)}


def _words(words: Mapping[str, Mapping[str, str]]) -> Iterator[Fault]:
    for name, reworded in words.items():
        if name == "kinds":
            continue
        if name not in CHOICES:
            yield f"words.{name}", "template_list_unknown", {"id": name}
            continue
        for member in reworded:
            if member not in CHOICES[name]:
                yield _unknown(f"words.{name}.{member}", member)


def extended(form: Form, forms: Mapping[str, Form]) -> Form:
    """The form with what it extends before its own sections and figures; circles are cut."""
    chain, seen = [form], {form.id}
    while chain[0].extends in forms and chain[0].extends not in seen:
        chain.insert(0, forms[chain[0].extends])
        seen.add(chain[0].id)
    if len(chain) == 1:
        return form
    sections: list[Section] = [s for f in chain for s in f.sections]
    derived: list[Derived] = [d for f in chain for d in f.derived]
    return replace(form, sections=tuple(sections), derived=tuple(derived))


def extend_faults(forms: Mapping[str, Form]) -> Iterator[tuple[str, Fault]]:
    """(form id, fault) of unknown or circular `extends`."""
    for form in forms.values():
        if form.extends and form.extends not in forms:
            yield form.id, _unknown("extends", form.extends)
    for circle in circles({f.id: (f.extends,) if f.extends else () for f in forms.values()}):
        yield str(circle[0]), ("extends", "template_circle", {"circle": circle})


def form_faults(own: Form, whole: Form) -> Iterator[Fault]:
    """Faults of one form, keys from the form's top.

    Args:
        own: the form as written.
        whole: the form with what it extends, which stands before its own sections.
    """
    inherited = whole.sections[: len(whole.sections) - len(own.sections)]
    asked = {q.id: q for section in inherited for q in section.questions}
    places: list[tuple[str, Question]] = []
    for section in own.sections:
        for question in section.questions:
            place = f"sections[{section.id}].questions[{question.id}]"
            if question.id in asked:
                yield f"{place}.id", "template_id_twice", {"id": question.id}
            asked.setdefault(question.id, question)
            places.append((place, question))
    for place, question in places:
        yield from _question(question, place)
        yield from _condition(question, asked, place)
    conditions = {q.id: (q.visible_if.question,) for q in asked.values() if q.visible_if}
    mine = {q.id for _, q in places}
    for circle in circles(conditions):
        if not mine.isdisjoint(str(q) for q in circle):
            yield "sections", "template_circle", {"circle": circle}
    for derived in own.derived:
        yield from _derived(derived, asked, f"derived[{derived.id}]")


def _question(question: Question, place: str) -> Iterator[Fault]:
    yield from _asked(question, place)
    if question.type is not QuestionType.TABLE:
        return
    if not question.columns:
        yield f"{place}.columns", "template_key_missing", {}
    if not question.rows and question.rows_from is RowsFrom.FIXED:
        yield f"{place}.rows", "template_key_missing", {}
    if question.rows and question.rows_from is not RowsFrom.FIXED:
        yield f"{place}.rows", "template_rows_twice", {}
    for column in question.columns:
        yield from _asked(column, f"{place}.columns[{column.id}]")
        if column.type is QuestionType.TABLE:
            yield f"{place}.columns[{column.id}].type", "template_table_in_table", {}


def _asked(asked: Question | Column, place: str) -> Iterator[Fault]:
    if asked.type is QuestionType.CHOICE and not asked.choices:
        yield f"{place}.choices", "template_key_missing", {}
    if asked.minimum > asked.maximum:
        yield (
            f"{place}.maximum",
            "template_least_over_most",
            {"least": asked.minimum, "most": asked.maximum},
        )
    if asked.words and len(asked.words) != 2:  # noqa: PLR2004 - one word for yes, one for no
        yield f"{place}.words", "template_two_words", {}


def _condition(question: Question, asked: Mapping[str, Question], place: str) -> Iterator[Fault]:
    condition = question.visible_if
    if condition is None:
        return
    other = asked.get(condition.question)
    if other is None:
        yield _unknown(f"{place}.visible_if", condition.question)
        return
    for value in condition.value:
        if not _answers(other, value):
            yield f"{place}.visible_if.value", "template_condition_value", {"id": other.id}


def _answers(question: Question, value: Scalar) -> bool:
    """Whether the value can ever be the question's answer."""
    if question.type is QuestionType.YES_NO:
        return isinstance(value, bool)
    if question.type is QuestionType.CHOICE:
        return value in {c.id for c in question.choices}
    if question.type is QuestionType.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return question.type in {QuestionType.TEXT, QuestionType.DATE} and isinstance(value, str)


def _derived(derived: Derived, asked: Mapping[str, Question], place: str) -> Iterator[Fault]:
    wanted = {
        Rule.SHARE: QuestionType.N_OF_M,
        Rule.ROW_SHARE: QuestionType.TABLE,
        Rule.DAYS: QuestionType.DATE,
    }[derived.rule]
    named = [("question", derived.question)]
    if derived.rule is Rule.DAYS:
        named.append(("until", derived.until))
    for key, question_id in named:
        question = asked.get(question_id)
        if question is None:
            yield _unknown(f"{place}.{key}", question_id)
        elif question.type is not wanted:
            yield (
                f"{place}.{key}",
                "template_question_type",
                {"id": question_id, "type": str(wanted)},
            )
    table = asked.get(derived.question)
    if derived.rule is Rule.ROW_SHARE and table is not None:
        numbers = {c.id for c in table.columns if c.type is QuestionType.NUMBER}
        if derived.column not in numbers:
            yield _unknown(f"{place}.column", derived.column)
        if derived.row not in {r.id for r in table.rows}:
            yield _unknown(f"{place}.row", derived.row)


def circles(follows: Mapping[str, Iterable[str]]) -> Iterator[list[Value]]:
    """Each circle of a graph as the list of its ids, first and last alike; at most twenty."""
    graph = {node: {*others} for node, others in follows.items()}
    for _ in range(_MAX_CIRCLES):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            # The list goes from predecessor to follower: its first edge stands at the second.
            graph[circle[1]].discard(circle[0])
            yield list(circle)
        else:
            return
