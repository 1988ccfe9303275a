"""What must happen before matplotlib is loaded: it finds a list of fonts, and so seeks none.

Without one it opens every font of the machine when it is loaded for the first time, which takes
from one second to many. Charts name their font files themselves and need none of them. Importing
this module does it, so the package imports it before all others.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

VERSION = "3.11.0"
"""The form of matplotlib's list this text has; a newer matplotlib would pass it over and scan."""
_PLAIN = {"style": "normal", "variant": "normal", "weight": 400, "stretch": "normal"}
_LIST = {
    "_FontManager__default_weight": "normal",
    "_version": VERSION,
    "__class__": "FontManager",
    "afmlist": [],
    "default_size": None,
    "defaultFamily": {"afm": "Helvetica", "ttf": "DejaVu Sans"},
    "ttflist": [
        {
            **_PLAIN,
            "__class__": "FontEntry",
            "fname": "fonts/ttf/DejaVuSans.ttf",
            "index": 0,
            "name": "DejaVu Sans",
            "size": "scalable",
        }
    ],
}


def prepare() -> None:
    """Give matplotlib a folder of ours with a short list; an own folder of the user stays."""
    if "MPLCONFIGDIR" in os.environ:
        return
    folder = Path(platformdirs.user_cache_dir("dudao", appauthor=False)) / "charts"
    path = folder / f"fontlist-v{VERSION}.json"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if not path.is_file():
            part = path.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(_LIST), "utf-8")
            part.replace(path)
        os.environ["MPLCONFIGDIR"] = str(folder)


prepare()
