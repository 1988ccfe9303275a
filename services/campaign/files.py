"""Reads a template's folder: bounded, no links followed, every file that cannot be read told.

A template is a folder of `*.toml` and, below `forms/`, one file a form. It may come from outside
and is treated as hostile: sizes, counts and nesting are bounded before anything is parsed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from models.kinds import Value

RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources" / "templates"
MAX_FILE_BYTES: Final = 1024 * 1024
MAX_TOTAL_BYTES: Final = 4 * 1024 * 1024
MAX_FILES: Final = 100
MAX_ENTRIES: Final = 1000
"""Most names looked at in one folder."""
MAX_FAULTS: Final = 1000
"""A file can be wrong in a million places; nobody reads more than these."""

MAX_DOTS: Final = 100
"""The parser's time grows with the square of a dotted key's parts; no honest key comes near."""

_LINE = re.compile(r"line (\d+)")
_CODES: Final = (
    ("Cannot overwrite", "template_key_twice"),
    ("Cannot declare", "template_key_twice"),
    ("Duplicate inline table key", "template_key_twice"),
    ("Invalid date or datetime", "template_toml_date"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a template."""

    file: str
    """Path below the template's folder, "" for the folder itself."""
    key: str
    """Dotted path in the file, members of lists by id or counted from 1; "" for the whole file."""
    code: str
    """Sentence of resources/labels."""
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Faults:
    """Collects faults, each once, up to `MAX_FAULTS`."""

    found: list[Fault] = field(default_factory=list)

    def add(self, file: str, key: str, code: str, **params: Value) -> None:
        """Note a fault."""
        fault = Fault(file, key, code, params)
        if len(self.found) < MAX_FAULTS and fault not in self.found[-50:]:
            self.found.append(fault)


@dataclass(frozen=True, slots=True)
class Folder:
    """A template's files as plain tables."""

    tables: Mapping[str, object]
    """Top-level keys of all files but forms."""
    origin: Mapping[str, str]
    """Top-level key → file it stands in."""
    forms: Mapping[str, Mapping[str, object]]
    """File below `forms/` → its table."""


def read_folder(path: Path, faults: Faults) -> Folder | None:
    """Read all files of a template once; None when there is no such folder."""
    if not path.is_dir():
        faults.add("", "", "template_not_found", template=path.name)
        return None
    tables: dict[str, object] = {}
    origin: dict[str, str] = {}
    forms: dict[str, Mapping[str, object]] = {}
    for name, file in _files(path, faults):
        table = _parse(name, file, faults)
        if table is None:
            continue
        if name.startswith("forms/"):
            forms[name] = table
            continue
        for key, value in table.items():
            if key in tables:
                faults.add(name, key[:64], "template_key_in_two_files", other=origin[key])
            else:
                tables[key], origin[key] = value, name
    if not tables and not forms and not faults.found:
        faults.add("", "", "template_empty")
    return Folder(tables, origin, forms)


def _files(path: Path, faults: Faults) -> Iterator[tuple[str, Path]]:
    """Names and paths of the TOML files, sorted; links and other folders are told and left out."""
    count = total = 0
    for folder, prefix in ((path, ""), (path / "forms", "forms/")):
        if folder.is_symlink() and prefix:
            continue
        if not folder.is_dir():
            continue
        for n, entry in enumerate(sorted(folder.iterdir(), key=lambda p: p.name)):
            name = prefix + entry.name
            if n >= MAX_ENTRIES:
                faults.add("", "", "template_too_many_files", most=MAX_FILES)
                return
            if entry.is_symlink():
                faults.add(name, "", "template_link")
            elif entry.is_dir() and name != "forms":
                faults.add(name, "", "template_folder_unknown")
            elif entry.suffix == ".toml" and entry.is_file():
                count, total = count + 1, total + entry.stat().st_size
                if count > MAX_FILES or total > MAX_TOTAL_BYTES:
                    faults.add("", "", "template_too_many_files", most=MAX_FILES)
                    return
                yield name, entry


def _parse(name: str, file: Path, faults: Faults) -> dict[str, object] | None:
    """The table of one file, or None with its fault told."""
    # Most runs only read a snapshot: they need not pay for the parser.
    import tomllib

    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except OSError:
        faults.add(name, "", "template_file_unreadable")
        return None
    if len(raw) > MAX_FILE_BYTES:
        faults.add(name, "", "template_file_too_large", most_kib=MAX_FILE_BYTES // 1024)
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(name, "", "template_not_utf8", line=raw.count(b"\n", 0, error.start) + 1)
        return None
    for n, line in enumerate(text.split("\n"), 1):
        if max(part.count(".") for part in line.split("=")) > MAX_DOTS:
            faults.add(name, "", "template_nested", line=n)
            return None
    try:
        return dict(tomllib.loads(text))
    except RecursionError:
        faults.add(name, "", "template_nested", line=1)
    except ValueError as error:
        message = str(error)
        found = _LINE.search(message)
        code = next((c for start, c in _CODES if message.startswith(start)), "template_toml")
        faults.add(name, "", code, line=int(found[1]) if found else text.count("\n") + 1)
    return None
