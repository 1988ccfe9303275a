"""Answers to a form: one check for window, command line, Excel and merge.

Answers are kept as typed values by question id (see `QuestionType`). What is required is needed to
finish a check, never to save it; a question that is not shown is never required.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from models.kinds import Value
from services import words
from services.campaign import Column, Derived, Form, Question, QuestionType, RowsFrom, Rule
from services.words import _

Answers: TypeAlias = Mapping[str, Value]
Asked: TypeAlias = Question | Column
Fault: TypeAlias = tuple[str, str, dict[str, Value]]
"""Label of the place, sentence, its parameters."""

MAX_TEXT: Final = 100_000
"""Most characters of a text answer."""
MAX_ROWS: Final = 500
"""Most rows of a table over leaders."""

_YES: Final = frozenset({"是", "有", "对", "√", "✓", "y", "yes", "true", "1"})
_NO: Final = frozenset({"否", "无", "没有", "没", "不是", "×", "✗", "n", "no", "false", "0", "2"})
_ROW_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,12}", re.ASCII)
_N_OF_M: Final = re.compile(r"([0-9]{1,12})\s*[/,，、]\s*([0-9]{1,12})", re.ASCII)
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATE: Final = re.compile(r"([0-9]{4})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})日?", re.ASCII)
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PAIR: Final = 2
_MOST_DIGITS: Final = 4
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer that cannot stand."""

    question: str
    """Id of the question, or the unknown id."""
    code: str
    """Sentence of resources/labels; `label` among its parameters tells where."""
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure computed from answers; never stored."""

    id: str
    label: str
    value: int
    unit: str
    """`%` or 天."""


def check_answers(form: Form, answers: Answers) -> tuple[Finding, ...]:
    """What is wrong with the answers, in the order of the form, unknown ids last.

    None counts as not answered. Whether something is missing is told by `missing`.
    """
    found: list[Finding] = []
    asked = {q.id: q for q in form.questions()}
    for question in asked.values():
        value = answers.get(question.id)
        if value is not None:
            found.extend(
                Finding(question.id, code, {"label": label, **params})
                for label, code, params in _faults(question, value)
            )
    unknown = sorted(name for name in answers if name not in asked)
    found.extend(Finding(name, "answer_unknown_question", {"label": name}) for name in unknown)
    return tuple(found)


def visible(form: Form, question: Question, answers: Answers) -> bool:
    """Whether a question is shown: its condition holds and so do those it stands on."""
    asked = {q.id: q for q in form.questions()}
    seen: set[str] = set()
    current: Question | None = question
    while current is not None and current.id not in seen:
        seen.add(current.id)
        condition = current.visible_if
        if condition is None or condition.question not in asked:
            return True
        answer = answers.get(condition.question)
        # 1 == True in Python, not on a form.
        if not any(type(answer) is type(v) and answer == v for v in condition.value):
            return False
        current = asked[condition.question]
    return True


def shown(form: Form, answers: Answers) -> tuple[Question, ...]:
    """The questions that are shown with these answers, in order."""
    return tuple(q for q in form.questions() if visible(form, q, answers))


def missing(form: Form, answers: Answers) -> tuple[str, ...]:
    """Ids of the questions still needed to finish, in order."""
    return tuple(
        q.id for q in shown(form, answers) if q.required and not answered(answers.get(q.id))
    )


def progress(form: Form, answers: Answers) -> tuple[int, int]:
    """(answered, asked) among the questions that are shown."""
    asked = shown(form, answers)
    return sum(answered(answers.get(q.id)) for q in asked), len(asked)


def answered(value: Value) -> bool:
    """Whether there is an answer: false and 0 are, blanks and empty tables are not."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(answered(v) for v in value.values())
    return value is not None and value != []


def figures(form: Form, answers: Answers) -> tuple[Figure, ...]:
    """The derived figures that these answers allow, in the order of the form."""
    return tuple(f for d in form.derived if (f := _figure(d, answers)) is not None)


def normalise(question: Asked, raw: Value) -> Value:
    """The typed value of what a person wrote; what cannot be read comes back as it is.

    是, 有, 1 → true; 3/8 → [3, 8]; 2014年5月6日 → 2014-05-06; a choice by id, title or position; a
    number with or without its unit. Blank means None. `check_answers` tells what stayed unreadable.
    """
    if isinstance(raw, str):
        if not raw.strip():
            return None
        typed = raw.strip().translate(_WIDE).removesuffix(question.unit).rstrip()
        read = _TYPED.get(question.type)
        value = read(question, typed) if read else None
        return raw if value is None else value
    if question.type is QuestionType.TEXT and type(raw) is int:
        return str(raw)
    if isinstance(raw, Mapping) and question.type is QuestionType.N_OF_M and set(raw) == {"n", "m"}:
        return [raw["n"], raw["m"]]
    if isinstance(raw, Mapping) and isinstance(question, Question):
        return _normalise_table(question, raw)
    return raw


def _normalise_table(question: Question, raw: Answers) -> dict[str, Value]:
    columns = {c.id: c for c in question.columns}
    table: dict[str, Value] = {}
    for row, cells in raw.items():
        if not isinstance(cells, Mapping):
            table[row] = cells
            continue
        read: dict[str, Value] = {
            k: normalise(columns[k], v) if k in columns else v for k, v in cells.items()
        }
        kept: dict[str, Value] = {k: v for k, v in read.items() if v is not None}
        if kept:
            table[row] = kept
    return table


def _typed_yes_no(_asked: Asked, typed: str) -> bool | None:
    words_given = [w.casefold() for w in _asked.words]
    word = typed.casefold()
    if word in words_given:
        return word == words_given[0]
    if word in _YES:
        return True
    return False if word in _NO else None


def _typed_choice(asked: Asked, typed: str) -> str | None:
    ids = [c.id for c in asked.choices]
    named = (c.id for c in asked.choices if typed in {c.id, c.title, c.short})
    position = (
        int(typed) - 1 if typed.isascii() and typed.isdigit() and len(typed) < _MOST_DIGITS else -1
    )
    return next(named, ids[position] if 0 <= position < len(ids) else None)


def _typed_number(_asked: Asked, typed: str) -> int | None:
    return int(typed) if _INTEGER.fullmatch(typed) else None


def _typed_n_of_m(_asked: Asked, typed: str) -> list[Value] | None:
    found = _N_OF_M.fullmatch(typed)
    return [int(found[1]), int(found[2])] if found else None


def _typed_date(_asked: Asked, typed: str) -> str | None:
    found = _DATE.fullmatch(typed)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None


_TYPED: Final[dict[QuestionType, Callable[[Asked, str], Value]]] = {
    QuestionType.YES_NO: _typed_yes_no,
    QuestionType.CHOICE: _typed_choice,
    QuestionType.NUMBER: _typed_number,
    QuestionType.N_OF_M: _typed_n_of_m,
    QuestionType.DATE: _typed_date,
}


def normalise_all(form: Form, answers: Answers) -> dict[str, Value]:
    """Every answer as its typed value; unknown ids are kept as they are."""
    asked = {q.id: q for q in form.questions()}
    return {k: normalise(asked[k], v) if k in asked else v for k, v in answers.items()}


def answer_text(question: Asked, value: Value, row_titles: Mapping[str, str] | None = None) -> str:
    """An answer as documents and lists print it; "" when there is none.

    Args:
        question: what was asked.
        value: its typed value; of another type it is printed as it is.
        row_titles: titles of rows that the form does not hold (leaders), by row id.
    """
    if not answered(value):
        return ""
    if isinstance(value, Mapping):
        return _table_text(question, value, row_titles or {})
    if question.type is QuestionType.YES_NO and isinstance(value, bool):
        yes, no = question.words or (_("是"), _("否"))
        return yes if value else no
    if question.type is QuestionType.CHOICE:
        return next((c.title for c in question.choices if c.id == value), str(value))
    if question.type is QuestionType.DATE:
        return words.date(str(value), full=True)
    text = "/".join(str(v) for v in value) if isinstance(value, list) else str(value)
    return text if question.type is QuestionType.TEXT else text + question.unit


def _table_text(question: Asked, table: Answers, row_titles: Mapping[str, str]) -> str:
    if not isinstance(question, Question):
        return ""
    titles = {**row_titles, **{r.id: r.short or r.title for r in question.rows}}
    lines: list[str] = []
    for row in (*(r for r in titles if r in table), *(r for r in table if r not in titles)):
        cells = table[row]
        if isinstance(cells, Mapping):
            texts = ((c.label, answer_text(c, cells.get(c.id))) for c in question.columns)
            alone = len(question.columns) == 1
            told = [text if alone else f"{label} {text}" for label, text in texts if text]
            lines.extend([f"{titles.get(row, row)}：{'，'.join(told)}"] if told else [])
    return "；".join(lines)


def _figure(derived: Derived, answers: Answers) -> Figure | None:
    if derived.rule is Rule.DAYS:
        first, later = _day(answers.get(derived.question)), _day(answers.get(derived.until))
        if first is None or later is None:
            return None
        return Figure(derived.id, derived.label, (later - first).days, _("天"))
    part, whole = _part(derived, answers.get(derived.question))
    if whole <= 0:
        return None
    # Half up, in integers.
    return Figure(derived.id, derived.label, (200 * part + whole) // (2 * whole), "%")


def _part(derived: Derived, value: Value) -> tuple[int, int]:
    """(part, whole) of a share; whole 0 when the answer gives none."""
    if derived.rule is Rule.SHARE and isinstance(value, list):
        numbers = [v for v in value if type(v) is int]
        return (numbers[0], numbers[1]) if len(numbers) == len(value) == _PAIR else (0, 0)
    if derived.rule is not Rule.ROW_SHARE or not isinstance(value, Mapping):
        return 0, 0
    cells = {row: c.get(derived.column) for row, c in value.items() if isinstance(c, Mapping)}
    numbers_by_row = {row: n for row, n in cells.items() if type(n) is int}
    return numbers_by_row.get(derived.row, 0), sum(numbers_by_row.values())


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _faults(question: Question, value: Value) -> Iterator[Fault]:
    if question.type is QuestionType.TABLE:
        yield from _table_faults(question, value)
        return
    for code, params in _CHECKS[question.type](question, value):
        yield question.label, code, params


def _table_faults(question: Question, table: Value) -> Iterator[Fault]:
    if not isinstance(table, Mapping):
        yield question.label, "answer_not_table", {}
        return
    if len(table) > MAX_ROWS:
        yield question.label, "answer_too_many_rows", {"most": MAX_ROWS}
        return
    titles = {r.id: r.short or r.title for r in question.rows}
    columns = {c.id: c for c in question.columns}
    free = question.rows_from is RowsFrom.LEADERS
    for row, cells in table.items():
        place = f"{question.label} / {titles.get(row, row)}"
        if row not in titles and not (free and _ROW_ID.fullmatch(row)):
            yield place, "answer_row_unknown", {"row": row}
        elif not isinstance(cells, Mapping):
            yield place, "answer_not_table", {}
        else:
            yield from _row_faults(columns, cells, place)


def _row_faults(columns: Mapping[str, Column], cells: Answers, place: str) -> Iterator[Fault]:
    for name, value in cells.items():
        column = columns.get(name)
        if column is None:
            yield place, "answer_column_unknown", {"column": name}
        elif value is not None and column.type in _CHECKS:
            for code, params in _CHECKS[column.type](column, value):
                yield f"{place} / {column.label}", code, params


Faults: TypeAlias = Iterator[tuple[str, dict[str, Value]]]


def _check_yes_no(_asked: Asked, value: Value) -> Faults:
    if not isinstance(value, bool):
        yield "answer_not_yes_no", {}


def _check_choice(asked: Asked, value: Value) -> Faults:
    if not isinstance(value, str) or value not in {c.id for c in asked.choices}:
        yield "answer_choice_unknown", {"options": [c.title for c in asked.choices]}


def _check_number(asked: Asked, value: Value) -> Faults:
    if type(value) is not int:
        yield "answer_not_integer", {}
    elif not asked.minimum <= value <= asked.maximum:
        yield "answer_range", {"least": asked.minimum, "most": asked.maximum}


def _check_n_of_m(asked: Asked, value: Value) -> Faults:
    numbers = [v for v in value if type(v) is int] if isinstance(value, list) else []
    if not isinstance(value, list) or len(numbers) != _PAIR or len(value) != _PAIR:
        yield "answer_not_n_of_m", {}
    elif not 0 <= numbers[0] <= numbers[1]:
        yield "answer_n_over_m", {"n": numbers[0], "m": numbers[1]}
    elif numbers[1] > asked.maximum:
        yield "answer_range", {"least": 0, "most": asked.maximum}


def _check_date(_asked: Asked, value: Value) -> Faults:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        yield "answer_not_date", {}
    elif _day(value) is None:
        yield "answer_date_not_in_calendar", {"date": value}


def _check_text(_asked: Asked, value: Value) -> Faults:
    if not isinstance(value, str):
        yield "answer_not_text", {}
    elif len(value) > MAX_TEXT:
        yield "answer_too_long", {"most": MAX_TEXT}
    elif _UNPRINTABLE.search(value):
        yield "answer_control_character", {}


_CHECKS: Final[dict[QuestionType, Callable[[Asked, Value], Faults]]] = {
    QuestionType.YES_NO: _check_yes_no,
    QuestionType.CHOICE: _check_choice,
    QuestionType.NUMBER: _check_number,
    QuestionType.N_OF_M: _check_n_of_m,
    QuestionType.DATE: _check_date,
    QuestionType.TEXT: _check_text,
}
