"""Where the program keeps what belongs to this machine and never to a workspace."""

from pathlib import Path

from platformdirs import user_state_path


def state_folder() -> Path:
    """The folder for what must survive a restart and never travels; made when missing."""
    folder = user_state_path("dudao", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_file() -> Path:
    """Where faults of the program itself are written down for whoever helps."""
    folder = state_folder() / "logs"
    folder.mkdir(exist_ok=True)
    return folder / "faults.log"
