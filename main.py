"""Start here: a command runs on the command line, none opens the app."""

from __future__ import annotations

import gc
import sys

from engine.cli import main


def open_app(play: str | None, debug: bool) -> int:
    """The app; imported only here, so that commands start without Qt."""
    gc.disable()  # nothing is thrown away before the window stands; then it goes on
    from app.bootstrap import run

    return run(play=play, debug=debug)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], open_app))
