"""督导通 (Dudao): a verb of the command line, or the window."""

import sys


def main() -> int:
    """Do what the arguments say; returns the exit status."""
    from ui.cli.entry import is_for_the_command_line, run

    arguments = sys.argv[1:]
    if is_for_the_command_line(arguments):
        return run(arguments)
    from ui.app import run as show_window

    return show_window(arguments)


if __name__ == "__main__":
    sys.exit(main())
