"""What of a folder can be learnt from: every file by name, and a sentence where nothing can."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from command_line import run
from tiny_songs import make_midi_songs

from engines.data.melody_check import check_songs


def test_each_file_is_used_or_told_why_not(tmp_path: Path) -> None:
    check = check_songs(make_midi_songs(tmp_path / "songs"), 60, 83)
    assert check.problem is None
    assert check.learnt == "80 bars"  # song 0 and song 10 are kept apart
    told = {row.name: row for row in check.rows}
    assert len(told) == 14
    for name in ("broken.mid", "empty.mid"):
        assert (told[name].used, told[name].reason) == (False, "Not a MIDI file that can be read.")
    assert told["song00.mid"].reason.startswith("8 bars; kept apart to measure with; track")
    assert "kept apart" not in told["song01.mid"].reason


def test_a_window_no_melody_fits_leaves_nothing(tmp_path: Path) -> None:
    check = check_songs(make_midi_songs(tmp_path / "songs", 2), 60, 62)
    assert check.problem is not None
    assert not any(row.used for row in check.rows)
    assert "too wide for the window" in check.rows[-1].reason


def test_the_command_prints_rows_and_ends_with_2_when_nothing_is_usable(tmp_path: Path) -> None:
    songs = make_midi_songs(tmp_path / "songs")
    code, out, err = run("finetune", "--check", "--data", songs, "--json")
    assert (code, err) == (0, "")
    assert [set(row) for row in json.loads(out)["rows"]] == [{"name", "used", "reason"}] * 14

    code, out, _ = run("finetune", "--check", "--data", songs, "--model", "melody-pop")
    assert code == 0
    assert out.splitlines()[0] == "left out  broken.mid: Not a MIDI file that can be read."

    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "notes.txt").write_text("no song")
    code, out, _ = run("finetune", "--check", "--data", bare, "--json")
    assert (code, json.loads(out)["error"]["message"]) == (2, "There are no songs in bare.")

    one = make_midi_songs(tmp_path / "one", 1)
    code, out, _ = run("finetune", "--check", "--data", one)
    assert code == 2
    assert "too few songs" in out.splitlines()[-1]

    code, _, err = run("finetune", "--data", songs)
    assert (code, "--model is missing" in err) == (2, True)


def test_looking_at_songs_needs_no_torch(tmp_path: Path) -> None:
    songs = make_midi_songs(tmp_path / "songs", 2)
    asked = ["finetune", "--check", "--data", str(songs), "--model", "melody-pop"]
    code = (
        f"import sys; from engines.cli import main; main({asked!r}); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "False"
