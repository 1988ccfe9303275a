"""The one door for words: interface strings, names of kinds and fields, choices, failures.

Chinese is the source and costs nothing; English comes from resources/i18n/en.po. Words of fixed
lists stand in resources/labels; a campaign's template may reword them. Every file is read when
first needed, so that importing this module stays cheap.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from models.errors import AppError
from models.kinds import TEMPLATE_LISTS, ProblemState

if TYPE_CHECKING:
    from services.campaign import Template
    from services.rules import Finding

Labels: TypeAlias = Mapping[str, "str | Labels"]

LANGUAGES: Final = ("zh", "en")

_RESOURCES: Final = Path(__file__).resolve().parents[1] / "resources"
_PLACEHOLDER: Final = re.compile(r"\{([a-z_0-9]+)\}", re.ASCII)
_MOST_OF_A_PARAMETER: Final = 200
_MOST_FINDINGS: Final = 5
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


_spoken: Final[ContextVar[str]] = ContextVar("spoken", default="")


@dataclass(slots=True)
class _Chosen:
    """The language of this process; one window or one command has one."""

    everywhere: str = "zh"
    stretch_percent: int = 0
    """So much longer is every interface string; only tests of the layout ask for it."""

    @property
    def lang(self) -> str:
        """The language of this moment."""
        return _spoken.get() or self.everywhere


_chosen = _Chosen()


def use(lang: str) -> None:
    """Choose the language of every word from now on: `zh`, or `en`; any other name means `zh`."""
    _chosen.everywhere = lang if lang in LANGUAGES else "zh"


@contextmanager
def in_chinese() -> Iterator[None]:
    """Chinese words within, whatever the interface speaks: papers are always Chinese."""
    token = _spoken.set("zh")
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language in use."""
    return _chosen.lang


def _(text: str) -> str:
    """An interface string in the language in use; the Chinese itself when it has no translation."""
    said = text
    if _chosen.lang != "zh":
        said = catalogue(_RESOURCES / "i18n" / "en.po").get(text, text)
    return _stretched(said) if _chosen.stretch_percent else said


@contextmanager
def stretched(percent: int) -> Iterator[None]:
    """Every interface string longer by so much within: shows what a longer language would cut."""
    _chosen.stretch_percent = percent
    try:
        yield
    finally:
        _chosen.stretch_percent = 0


def _stretched(text: str) -> str:
    return text + "〇" * -(-len(text) * _chosen.stretch_percent // 100)


@cache
def catalogue(path: Path) -> Mapping[str, str]:
    """Chinese source → translation, finished ones only; empty when there is no such file."""
    if not path.is_file():
        return {}
    import polib

    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.translated()}


@cache
def _labels(lang: str) -> Labels:
    import tomllib

    labels: Labels = tomllib.loads((_RESOURCES / "labels" / f"{lang}.toml").read_text("utf-8"))
    return labels


def _label(*path: str) -> str | None:
    """The word at a path of the labels, or None."""
    found: str | Labels | None = _labels(_chosen.lang)
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None


def kind(name: str, template: "Template | None" = None) -> str:
    """The word for a record kind; the name itself when it has none."""
    return _reworded(template, "kinds", name) or _label("kinds", name) or name


def scope(name: str) -> str:
    """What a scope of the journal holds: 共用资料, 单位工作, 单位谈话原文 …; never its uid."""
    head, _slash, rest = name.partition("/")
    tier = head if head in ("talk", "sealed") else "work"
    place = head if tier == "work" else rest.partition("/")[0]
    return _label("scopes", f"{place}_{tier}") or _label("scopes", place) or name


def field(kind_name: str, name: str) -> str:
    """The word for a field of a kind; the name itself when it has none."""
    return _label("fields", kind_name, name) or _label("fields", "common", name) or name


def field_help(kind_name: str, name: str) -> str:
    """What to write in a field of a kind; empty where the label says enough."""
    return _label("help", kind_name, name) or ""


def verb(name: str) -> str:
    """The word for a transition of a problem (提交, 认定 …)."""
    return _label("verbs", name) or name


def document(kind_name: str) -> str:
    """The word for a kind of document (督导检查报告 …)."""
    return _label("documents", kind_name) or kind_name


def doing(what: str) -> str:
    """What long work is at; a name that it is at (a unit's) as it is."""
    return _label("doing", what) or what


def list_name(name: str) -> str:
    """The word for one of models/kinds.TEMPLATE_LISTS."""
    return _label("lists", name) or name


def choice(list_name: str, choice_id: str, template: "Template | None" = None) -> str:
    """The word for a member of a list.

    Args:
        list_name: a list of models/kinds.CHOICES or TEMPLATE_LISTS.
        choice_id: the member.
        template: the campaign's; gives the members of its own lists and rewords fixed ones.

    Returns:
        The word; the id itself when nobody names it (a foreign file may hold any id).
    """
    if list_name in TEMPLATE_LISTS:
        return (
            dict(template.members(list_name)).get(choice_id, choice_id) if template else choice_id
        )
    return (
        _reworded(template, list_name, choice_id)
        or _label("choices", list_name, choice_id)
        or choice_id
    )


def choices(
    list_name: str, ids: Iterable[str], template: "Template | None" = None
) -> tuple[tuple[str, str], ...]:
    """(id, word) for each id of a list, in the order given."""
    return tuple((str(i), choice(list_name, str(i), template)) for i in ids)


def state(problem_state: ProblemState) -> str:
    """The word for a state of a problem (线索, 待审核 …)."""
    return choice("problem_state", problem_state.value)


def _reworded(template: "Template | None", list_name: str, name: str) -> str | None:
    # Templates are written in Chinese; in English the general word tells more than a foreign one.
    if template is None or _chosen.lang != "zh":
        return None
    return template.words.get(list_name, {}).get(name)


def error(failure: AppError) -> str:
    """One line that tells a known failure, with the first faults of a record that was refused."""
    told = sentence(failure.code, failure.params)
    found = failure.params.get("findings")
    if not isinstance(found, tuple):
        return told
    chinese = _chosen.lang == "zh"
    kind_name = str(failure.params.get("kind"))
    shown = [finding(kind_name, one) for one in found[:_MOST_FINDINGS]]
    if len(found) > len(shown):
        shown.append(_("等 {count} 处").format(count=len(found)))
    return told + ("；".join(shown) if chinese else " " + "; ".join(shown))


def finding(kind_name: str, found: "Finding") -> str:
    """One fault of a record: the field's word and the reason."""
    params = {"kind": kind_name, "field": found.field, **found.params}
    colon = "：" if _chosen.lang == "zh" else ": "
    return f"{_plain(_field_path(kind_name, found.field))}{colon}{sentence(found.code, params)}"


def _field_path(kind_name: str, name: str) -> str:
    """`answers.plan` as 答案 plan, `measure.what` as 整改措施 整改措施; else the field's word."""
    stem, dot, member = name.partition(".")
    if not dot:
        return field(kind_name, name)
    if _label("kinds", stem):
        return f"{kind(stem)} {field(stem, member)}"
    return f"{field(kind_name, stem)} {member}"


def sentence(code: str, params: Mapping[str, object]) -> str:
    """The sentence of a code with its parameters filled in; never raises.

    A parameter may come from a hostile file: it is cut, put on one line and shown without control
    characters. An unknown code gives a general sentence that names it.
    """
    text = _label("errors", code)
    if text is None:
        text, params = _label("errors", "unknown_failure") or "{code}", {"code": code}
    params = _in_words(params)

    def filled(found: re.Match[str]) -> str:
        return _plain(params[found[1]]) if found[1] in params else "…"

    return _PLACEHOLDER.sub(filled, text)


def _in_words(params: Mapping[str, object]) -> dict[str, object]:
    """The parameters with kinds, fields, steps and states by their words."""
    worded = dict(params)
    kind_name = params.get("kind")
    if isinstance(kind_name, str):
        worded["kind"] = kind(kind_name)
        worded["record"] = _record(kind_name, params.get("index"))
        for name in ("field", "other", "fields"):
            if isinstance(value := params.get(name), str):
                worded[name] = "、".join(field(kind_name, one) for one in value.split("、"))
    if isinstance(step := params.get("verb"), str):
        worded["verb"] = verb(step)
    if isinstance(raw := params.get("detail"), str):
        worded["detail"] = detail(raw)
    if isinstance(stream := params.get("stream"), str):
        replica, _blank, name = stream.partition(" ")
        worded["stream"] = f"{replica} {scope(name)}" if name else stream
    if isinstance(held := params.get("state"), str):
        worded["state"] = choice("problem_state", held)
    return worded


def detail(raw: str) -> str:
    """What a system, a database or a check said of a failure, in words.

    What nobody foresaw stays as it is; the raw text is for logs and for `--json`.
    """
    known = _label("details", raw)
    patterns = _labels(_chosen.lang).get("damage")
    if known is not None or not isinstance(patterns, Mapping):
        return known or raw
    for pattern, told in patterns.items():
        found = re.search(pattern, raw[:_MOST_OF_A_PARAMETER])
        if found is not None and isinstance(told, str):
            return _PLACEHOLDER.sub(partial(_group, found), told)
    return raw


def _group(found: re.Match[str], wanted: re.Match[str]) -> str:
    """What the pattern found under a number."""
    return found[int(wanted[1])] or ""


def _record(kind_name: str, index: object) -> str:
    """Which record of an input is meant; the first is named by its kind alone."""
    if index in (None, 1):
        return kind(kind_name)
    return _("第 {n} 条{kind}").format(n=index, kind=kind(kind_name))


def _plain(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        joint = "、" if _chosen.lang == "zh" else ", "
        members = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return joint.join(_plain(v) for v in members)
    text = str(value)
    if len(text) > _MOST_OF_A_PARAMETER:
        text = f"{text[:_MOST_OF_A_PARAMETER]}…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def date(iso: str, *, full: bool = False) -> str:
    """A date as people write it: 5月6日, in full 2014年5月6日; what is no date stays as it is."""
    try:
        day = dt.date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    if _chosen.lang == "zh":
        short = f"{day.month}月{day.day}日"
        return f"{day.year}年{short}" if full else short
    short = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{short} {day.year}" if full else short


gettext: Final[Callable[[str], str]] = _
