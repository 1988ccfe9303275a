"""Records as a person or a script writes them, for `add`."""

import random

from models.kinds import Value
from services.workspace import Workspace
from tests.bench import files, texts


def problems(made: Workspace, count: int, chance: random.Random) -> list[dict[str, Value]]:
    """Complete problems; units and people by name."""
    kinds = [k for k, _word in made.template.members("sub_kinds") if k != "other"]
    return [
        {
            "unit": files.unit_name(serial),
            "sub_kind": kinds[serial % len(kinds)],
            "title": texts.text(chance, 12),
            "facts": texts.text(chance),
            "winds": ["formalism", "bureaucracy"],
            "level": "team",
            "found_how": "by_inspection",
            "handlers": [files.PERSON],
            "deadline": "2014-06-30",
        }
        for serial in range(count)
    ]
