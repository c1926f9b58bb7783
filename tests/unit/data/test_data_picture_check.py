"""What of a folder of pictures can be learnt from: every file by name, and why not the rest."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from command_line import run
from drawn_faces import make_faces
from PIL import Image

from engines.data.picture_check import check_pictures
from engines.data.pictures import load_pictures


def test_each_file_is_used_or_told_why_not(tmp_path: Path) -> None:
    folder = make_faces(tmp_path / "faces", 12, size=(80, 40))
    (folder / "zz-renamed.png").write_bytes(b"%PDF-1.7")
    (folder / "zz-twin.png").write_bytes((folder / "face00.png").read_bytes())
    (folder / "notes.txt").write_text("not looked at")
    check = check_pictures(folder, 64)
    assert check.problem is None
    told = {row.name: row for row in check.rows}
    assert len(told) == 14
    reason = told["zz-renamed.png"].reason
    assert (told["zz-renamed.png"].used, reason) == (False, "Not a picture that can be read.")
    assert told["zz-twin.png"].reason.startswith("80 × 40; its middle square is taken; enlarged")
    assert "the same as face00.png" in told["zz-twin.png"].reason
    kept = [row.name for row in check.rows if "kept apart to measure with" in row.reason]
    assert check.learnt == f"{13 - len(kept)} pictures"
    assert kept


def test_too_few_pictures_are_told(tmp_path: Path) -> None:
    problem = check_pictures(make_faces(tmp_path / "faces", 4), 64).problem
    assert problem is not None
    assert str(problem).startswith(
        "4 pictures in faces are too few to learn from. Give 10 or more."
    )
    (tmp_path / "bare").mkdir()
    problem = check_pictures(tmp_path / "bare", 64).problem
    assert problem is not None
    assert "There are no pictures in bare." in str(problem)


def test_the_command_looks_as_the_model_would_and_needs_no_torch(tmp_path: Path) -> None:
    faces = make_faces(tmp_path / "faces", 10)
    asked = ["finetune", "--check", "--data", str(faces), "--model", "portraits-peeps"]
    code, out, _ = run(*asked, "--json")
    assert (code, len(json.loads(out)["rows"])) == (0, 10)
    script = (
        f"import sys; from engines.cli import main; main({asked!r}); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "False"
    code, out, _ = run("finetune", "--check", "--data", faces, "--model", "melody-pop")
    assert (code, "There are no songs in faces." in out) == (2, True)


def test_what_cannot_be_opened_costs_its_own_line_only(tmp_path: Path) -> None:
    faces = make_faces(tmp_path / "faces", 12)
    (faces / "gone.png").symlink_to(faces / "nowhere.png")
    (faces / "folder.png").mkdir()
    (faces / "._face00.png").write_bytes(b"what macOS keeps beside a file")
    whole = (faces / "face01.png").read_bytes()
    (faces / "torn.png").write_bytes(whole.replace(b"IDAT", b"\x01DAT"))
    check = check_pictures(faces, 64)
    assert [row.name for row in check.rows if not row.used] == ["gone.png", "torn.png"]
    assert len(load_pictures(faces, 64, "all")) == 12

    packed = tmp_path / "faces.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(faces.glob("face*.png")):
            archive.write(file, file.name)
    blob = packed.read_bytes()
    packed.write_bytes(blob.replace(whole[60:90], b"?" * 30, 1))  # one entry's checksum is wrong
    rows = check_pictures(packed, 64).rows
    assert [row.name for row in rows if not row.used] == ["face01.png"]


def test_pictures_are_read_upright_and_on_white(tmp_path: Path) -> None:
    sideways = Image.new("RGB", (60, 30), "black")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    sideways.save(tmp_path / "a.jpg", exif=exif)
    Image.new("RGBA", (30, 30), (255, 0, 0, 0)).save(tmp_path / "b.png")
    assert check_pictures(tmp_path, 16).rows[0].reason.startswith("30 × 60")
    assert load_pictures(tmp_path, 16, "all").pixels[1].min() == 255
