from __future__ import annotations

import signal

import pytest

from studio.engine_client import errors
from studio.engine_client.remote_client import RemoteClient, ssh_argv
from studio.engine_client.supervisor import remote_engine


@pytest.mark.parametrize(
    ("code", "crashed", "line", "host", "says"),
    [
        (9, True, "noise", "", "killed from outside"),
        (11, True, "", "", "The engine crashed (segmentation fault)."),
        (6, True, "", "gpu", "The engine on gpu crashed (abort)."),
        (999, True, "", "", "The engine crashed (code 999)."),
        (1, False, "No back end.", "", "The engine had to end: No back end."),
        (255, False, "Connection refused", "gpu", "gpu cannot be reached: Connection refused"),
        (127, False, "sh: duet-engine: not found", "gpu", "There is no duet-engine on gpu"),
        (0, False, "", "", "The engine ended by itself."),
    ],
)
def test_every_end_has_its_sentence(
    code: int, crashed: bool, line: str, host: str, says: str
) -> None:
    if code == 9 and not hasattr(signal, "SIGKILL"):
        pytest.skip("no signals here")
    assert says in errors.ended(code, crashed, line, host)


@pytest.mark.parametrize("host", ["gpu", "me@gpu.example.org", "10.0.0.7", "me@[fe80::1%eth0]"])
def test_ssh_is_called_without_questions(host: str) -> None:
    argv = ssh_argv(host)
    assert argv[0] == "ssh"
    assert "BatchMode=yes" in argv
    assert argv[argv.index("--") :] == ["--", host, "duet-engine", "serve"]


@pytest.mark.parametrize(
    "host", ["", "-oProxyCommand=evil", "a b", "gpu;rm", "gpu\n", "$(x)", "@x"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        remote_engine(host)


def test_a_remote_client_keeps_another_command_line() -> None:
    assert RemoteClient("gpu", argv=["true"])._argv == ["true"]
