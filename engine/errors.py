"""The one error type that people are meant to read."""


class StudioError(Exception):
    """Something the user can act on: one line that says what, where and what to do.

    The command line prints it without a traceback and exits with 1; the app shows it in its
    message bar.
    """
