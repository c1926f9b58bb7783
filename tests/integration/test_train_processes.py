"""Two processes under torchrun end with equal weights; a killed run resumes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

RECIPE = """
name = "tiny"
title = "Tiny"
summary = "For tests."
family = "dcgan"
[network]
size = 16
latent = 8
generator = [8, 8]
discriminator = [8, 8]
[data]
kind = "pictures"
augment = ["translation"]
[schedule]
samples = {samples}
batch = 8
report = 100000000
save = 32
precision = "fp32"
"""

#: What each process of the test runs: train, then leave its weights under its rank's name.
WORKER = """
import os, sys
from pathlib import Path
from safetensors.torch import save_file
from engines.train import launch, recipe
from engines.train.loop import Run, Watch

recipe_path, data, out = map(Path, sys.argv[1:])
made = recipe.load(recipe_path)
fabric = launch.make_fabric(made)
steps = launch.make_steps(made, data, fabric)
run = Run(made, steps, fabric, out)
run.train(run.start(resume=False), 6)
nets = steps.networks.items()
state = {f"{n}.{k}": t.contiguous() for n, net in nets for k, t in net.state_dict().items()}
save_file(state, out / f"rank{os.environ['RANK']}.safetensors")
"""


def _pictures(folder: Path) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(0)
    for index in range(30):
        pixels = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder


def _recipe(folder: Path, samples: int) -> Path:
    path = folder / "tiny.toml"
    path.write_text(RECIPE.format(samples=samples))
    return path


def test_two_processes_end_with_equal_weights(tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER)
    out = tmp_path / "out"
    out.mkdir()
    data, made = _pictures(tmp_path / "pictures"), _recipe(tmp_path, 800)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", "2", str(worker), str(made), str(data), str(out)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(command, env=environment, check=True, timeout=180, capture_output=True)
    ranks = [load_file(out / f"rank{rank}.safetensors") for rank in (0, 1)]
    assert ranks[0].keys() == ranks[1].keys()
    assert len(ranks[0]) > 20
    for key in ranks[0]:
        assert np.array_equal(ranks[0][key], ranks[1][key]), key


def test_a_killed_run_leaves_a_whole_checkpoint_to_resume_from(tmp_path: Path) -> None:
    data, made = _pictures(tmp_path / "pictures"), _recipe(tmp_path, 8_000_000)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "engines.cli", "train", str(made)]
    command += ["--data", str(data), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while not (out / "checkpoint.safetensors").exists():
            assert time.monotonic() < deadline, "no checkpoint in two minutes"
            assert process.poll() is None, "the run ended by itself"
            time.sleep(0.05)
        time.sleep(0.5)  # it writes one every four steps: killed in the midst of writing, often
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(
        [*command, "--resume", "--steps", "1"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
