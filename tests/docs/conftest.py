"""What the tests of more than one file here need."""

from collections.abc import Callable, Sequence

import pytest
import typer.main


@pytest.fixture
def parse() -> Callable[[Sequence[str]], str]:
    """Name of the command that these words call; fails where they do not fit it."""

    def command_of(words: Sequence[str]) -> str:
        from danggol.cli import app

        group = typer.main.get_group(app)
        with group.make_context("danggol", list(words)) as context:
            name, command, rest = group.resolve_command(context, list(words))
            assert command is not None
            command.make_context(name, rest, parent=context)
        return str(name)

    return command_of
