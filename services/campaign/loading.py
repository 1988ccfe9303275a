"""Templates by id or folder: list, check, load."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from models.errors import Refused
from models.kinds import Value
from services.campaign import rules
from services.campaign.files import RESOURCES, Fault, Faults, Folder, read_folder
from services.campaign.reading import build, silent
from services.campaign.shapes import Form, Item, Question, RowsFrom, Section, Template

_DEFAULT_FILE = "campaign.toml"


@cache
def available() -> tuple[str, ...]:
    """Ids of the templates that come with the program, sorted."""
    return tuple(sorted(p.name for p in RESOURCES.iterdir() if (p / _DEFAULT_FILE).is_file()))


def source(template: str | Path) -> Path:
    """The folder of a template that comes with the program, or the path itself."""
    if isinstance(template, str) and template in available():
        return RESOURCES / template
    return Path(template)


def check(path: str | Path) -> tuple[Fault, ...]:
    """Everything that is wrong with a template; empty when it can be used.

    Args:
        path: the folder, or the id of a template that comes with the program.
    """
    faults = Faults()
    _read(source(path), faults)
    return tuple(faults.found)


def load(template: str | Path) -> Template:
    """A template ready for use.

    Args:
        template: id of one that comes with the program, or a folder.

    Raises:
        Refused: `template_not_found`, or `template_bad` with the first fault and their number.
    """
    path = source(template)
    return _load_shipped(path.name) if path.parent == RESOURCES else _load(path)


@cache
def _load_shipped(template_id: str) -> Template:
    return _load(RESOURCES / template_id)


def _load(path: Path) -> Template:
    faults = Faults()
    template = _read(path, faults)
    if faults.found and faults.found[0].code == "template_not_found":
        raise Refused("template_not_found", template=path.name)
    if faults.found or template is None:
        first = faults.found[0] if faults.found else Fault("", "", "template_empty")
        raise Refused(
            "template_bad",
            template=path.name,
            count=len(faults.found),
            file=first.file,
            key=first.key,
            fault=first.code,
        )
    return template


def _read(path: Path, faults: Faults) -> Template | None:
    folder = read_folder(path, faults)
    if folder is None or not (folder.tables or folder.forms):
        return None
    template = _read_top(folder, faults)
    own = _read_forms(folder, faults)
    _read_forms_together(own, faults)
    if template is None:
        return None
    forms = {form.id: form for form in own.values()}
    whole = [rules.extended(form, forms) for form in forms.values()]
    ordered = sorted(
        (_with_rows(f, template.readings) for f in whole), key=lambda f: (f.order, f.id)
    )
    return replace(template, forms=tuple(ordered))


def _read_top(folder: Folder, faults: Faults) -> Template | None:
    """The template without its forms; faults are laid to the file their top-level key stands in."""

    def report(key: str, code: str, **params: Value) -> None:
        top = key.partition(".")[0].partition("[")[0]
        faults.add(folder.origin.get(top, _DEFAULT_FILE), key, code, **params)

    tables = dict(folder.tables)
    if tables.pop("forms", None) is not None:
        report("forms", "template_forms_in_folder")
    template = build(Template, tables, "", report)
    # Without an id there is still everything else to check.
    stand_in = template or build(Template, {**tables, "id": "unnamed"}, "", silent)
    for key, code, params in rules.template_faults(stand_in) if stand_in else ():
        report(key, code, **params)
    return template


def _read_forms(folder: Folder, faults: Faults) -> dict[str, Form]:
    """File → form as written; of two with one id the first."""
    own: dict[str, Form] = {}
    seen: dict[str, str] = {}
    for file, table in folder.forms.items():
        form = _read_form(file, table, faults)
        if form is None:
            continue
        if form.id in seen:
            faults.add(file, "id", "template_form_twice", id=form.id, other=seen[form.id])
            continue
        seen[form.id] = file
        own[file] = form
    return own


def _read_form(file: str, table: Mapping[str, object], faults: Faults) -> Form | None:
    def report(key: str, code: str, **params: Value) -> None:
        faults.add(file, key, code, **params)

    return build(Form, table, "", report)


def _read_forms_together(own: Mapping[str, Form], faults: Faults) -> None:
    forms = {form.id: form for form in own.values()}
    files = {form.id: file for file, form in own.items()}
    for form_id, (key, code, params) in rules.extend_faults(forms):
        faults.add(files[form_id], key, code, **params)
    for file, form in own.items():
        for key, code, params in rules.form_faults(form, rules.extended(form, forms)):
            faults.add(file, key, code, **params)


def _with_rows(form: Form, readings: tuple[Item, ...]) -> Form:
    """The form with the readings written into its tables, so that it stands alone in a snapshot."""

    def filled(question: Question) -> Question:
        return (
            replace(question, rows=readings)
            if question.rows_from is RowsFrom.READINGS
            else question
        )

    def section(old: Section) -> Section:
        return replace(old, questions=tuple(filled(q) for q in old.questions))

    return replace(form, sections=tuple(section(s) for s in form.sections))
