"""Opening the workspace a verb works on, and closing it whatever happens."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services import workspace as workspaces
from services.errors import Refused
from services.words import _
from services.workspace import Workspace
from ui.cli import inputs
from ui.cli.console import Console


@contextmanager
def opened(taken: argparse.Namespace, said: Console) -> Iterator[Workspace]:
    """The workspace `taken.file` names; its passphrase is `taken.secret` from then on.

    Raises:
        AppError: it cannot be opened.
    """
    path = Path(taken.file)
    if not path.exists():
        raise Refused("file_missing", path=str(path))
    taken.secret = inputs.passphrase(taken.passphrase_file, _("口令："))
    workspace = workspaces.open_file(path, taken.secret, said.progress())
    try:
        if workspace.store.newer:
            said.remark(_("此文件由更新的版本写成，只能查看。"))
        if not workspace.store.readonly and workspaces.purge_is_unfinished(workspace):
            _finish_purge(workspace, said)
        yield workspace
    finally:
        workspace.close()


def _finish_purge(workspace: Workspace, said: Console) -> None:
    from services import purging

    said.remark(_("上次清除实名没有做完，现在做完。"))
    for path in purging.finish(workspace):
        said.remark(_("没有删掉，请自己删：{file}").format(file=path))


def takes_file(parser: argparse.ArgumentParser) -> None:
    """The workspace as the verb's first argument."""
    parser.add_argument("file", metavar="FILE", help=_("工作文件"))
