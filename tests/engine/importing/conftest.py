"""Commands run here as in the tests of the command line."""

from tests.engine.cli.conftest import studio

__all__ = ["studio"]
