"""What the window's process does not keep in memory."""

import inspect
import linecache

import ui
from ui import context


def test_source_lines_are_read_and_not_kept() -> None:
    """A traceback still finds them."""
    assert "class Context" in inspect.getsource(context)
    assert linecache.getline(str(ui.__file__), 1).startswith('"""The top floor')
    assert [name for name in linecache.cache if name.endswith(".py")] == []
