"""The command line: one module a command, each importing what it needs only when it runs."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence

from engine.cli import (
    audition,
    bench,
    compose,
    corpus,
    devices,
    doctor,
    importing,
    inspecting,
    judging,
    judging_speech,
    models,
    own_training,
    prepare,
    presets,
    recognising,
    render,
    score,
    takes,
    training,
)
from engine.cli.parser import StudioParser, Version
from engine.errors import StudioError, one_line, reason

COMMANDS = (
    render,
    audition,
    presets,
    takes,
    models,
    score,
    inspecting,
    recognising,
    compose,
    devices,
    doctor,
    prepare,
    bench,
    corpus,
    training,
    own_training,
    judging,
    judging_speech,
    importing,
)

EPILOG = """\
examples:
  ./studio                                 open the app
  ./studio --play piano                    open it and start playing at once
  ./studio render piano -o out.wav         make an audio file without the window
  ./studio COMMAND --help                  what a command takes, with an example

The launcher itself knows three more: ./studio test checks the code and runs the tests; ./studio --light
sets everything up without torch, and ./studio --full adds it later."""


OpenApp = Callable[[str | None, bool], int]
"""Opens the app, given the preset to play and whether to debug; returns the exit code."""


def main(arguments: Sequence[str], open_app: OpenApp | None = None) -> int:
    """Run one command, or ``open_app`` where none is given. Returns the exit code.

    Exits with 2 and one line where the arguments make no sense, with 0 after --help and --version.
    """
    parser = make_parser()
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        if open_app is None:
            parser.error("a command is missing")
        return guarded(lambda: open_app(parsed.play, parsed.debug), debug=parsed.debug)
    if parsed.play is not None:
        parser.error(f"--play opens the app; it does not go with {parsed.command}")
    return guarded(lambda: int(parsed.run(parsed)), debug=parsed.debug)


def make_parser() -> StudioParser:
    """The parser of the whole command line; ``run`` of what it returns is the command's function."""
    parser = StudioParser(
        prog="studio",
        description="Music and speech, one sample at a time. Without a command, the app opens.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action=Version, help="say which version this is")
    parser.add_argument("--play", metavar="PRESET", help="start playing this preset as the app opens")
    parser.set_defaults(debug=False)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS:
        command.add(subparsers)
    return parser


def guarded(action: Callable[[], int], *, debug: bool) -> int:
    """The exit code of ``action``: its own, 1 after a failure told in one line, 130 after Ctrl+C.

    With ``debug`` a failure's traceback is shown as well.
    """
    try:
        code = action()
        sys.stdout.flush()
        return code
    except StudioError as error:
        return _fail(str(error), debug)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough; the exit must not complain either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(_reported(error), debug)
    except Exception as error:  # noqa: BLE001 - people get one line for our own faults as well
        if isinstance(error, ValueError) and "embedded null" in str(error):
            return _fail("a path cannot hold a NUL byte; give another", debug)
        fault = f"{type(error).__name__}: {error}".partition("\n")[0]
        return _fail(f"a fault in the program, {fault}; --debug shows where", debug)


def _reported(error: OSError) -> str:
    """What the system said of a file that the user named, or of one of ours."""
    if error.filename is None:
        return f"the system refuses: {reason(error)}; --debug shows where"
    return f"{os.fsdecode(error.filename)}: {reason(error)}; give another path, or mend this one"


def _fail(message: str, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"error: {one_line(message)}", file=sys.stderr)
    return 1
