"""``duet-engine`` in this process."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

from engines import cli


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()
