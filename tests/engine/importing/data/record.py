"""Makes the checkpoints and recordings of this folder with r9y9/wavenet_vocoder's own code.

    git clone https://github.com/r9y9/wavenet_vocoder && git -C wavenet_vocoder checkout a35fff7
    python record.py wavenet_vocoder .

Its training script writes the checkpoints; the packages that it imports but that no model needs (plots,
audio, data sets) are replaced by empty stand-ins. torch 2.13 and numpy 2 were used.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import torch
from torch.nn import functional as F

UNNEEDED = {
    "docopt",
    "librosa",
    "lws",
    "matplotlib",
    "nnmnkwii",
    "pysptk",
    "scipy",
    "sklearn",
    "tensorboardX",
}
UNNEEDED |= {"keras"}
LENGTH = 18
SMALL = {"layers": 4, "stacks": 2, "residual_channels": 8, "gate_channels": 12, "skip_out_channels": 10}
MEL = {"cin_channels": 5, "hop_size": 6, "gin_channels": -1}
CASES: dict[str, dict[str, Any]] = {
    "softmax": {
        "input_type": "mulaw-quantize",
        "layers": 2,
        "stacks": 1,
        "quantize_channels": 256,
        "out_channels": 256,
        "cin_channels": -1,
        "gin_channels": 3,
        "n_speakers": 3,
    },
    "logistics": {
        **MEL,
        "input_type": "raw",
        "out_channels": 9,
        "cin_pad": 2,
        "upsample_params": {"upsample_scales": [2, 3]},
    },
    "gaussian": {
        **MEL,
        "input_type": "raw",
        "output_distribution": "Normal",
        "out_channels": 2,
        "log_scale_min": -7.0,
        "cin_pad": 1,
        "upsample_params": {"upsample_scales": [3, 2], "freq_axis_kernel_size": 3},
    },
}
DIRECT: dict[str, dict[str, Any]] = {
    "smoothed": {
        "output_distribution": "Normal",
        "out_channels": 3,
        "cin_pad": 0,
        "upsample_conditional_features": True,
        "upsample_net": "UpsampleNetwork",
        "upsample_params": {"upsample_scales": [6]},
    },
    "repeated": {
        "output_distribution": "Logistic",
        "out_channels": 3,
        "cin_pad": 0,
        "upsample_conditional_features": False,
        "gin_channels": 2,
    },
}
"""What its build_model never makes, but its WaveNet knows."""


class Unneeded:
    """Finds an empty stand-in for every package of ``UNNEEDED``."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] in UNNEEDED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        return MagicMock(__spec__=spec, __path__=[])

    def exec_module(self, module: ModuleType) -> None:
        pass


def main(source: Path, folder: Path) -> None:
    sys.meta_path.insert(0, Unneeded())
    sys.path.insert(0, str(source))
    warnings.simplefilter("ignore")
    import train
    from hparams import hparams
    from wavenet_vocoder import WaveNet

    runs = [(case, k, CASES[case]) for case in CASES for k in (2, 3)]
    runs += [(case, 2, {**MEL, "input_type": "raw", "layers": 2, **DIRECT[case]}) for case in DIRECT]
    for number, (case, kernel_size, fields) in enumerate(runs):
        name = f"{case}-k{kernel_size}"
        preset = {**SMALL, "kernel_size": kernel_size, "sample_rate": 8000, **fields}
        (folder / f"{name}.json").write_text(json.dumps(preset, indent=1) + "\n")
        for key, value in preset.items():
            setattr(hparams, key, value)
        torch.manual_seed(number)
        if case in DIRECT:
            known = set(preset) - {"input_type", "sample_rate", "hop_size", "upsample_params"}
            params = {**preset.get("upsample_params", {}), "cin_channels": preset["cin_channels"]}
            model = WaveNet(**{key: preset[key] for key in known}, upsample_params=params, scalar_input=True)
        elif case == "softmax":  # nor does it ask for the speaker embedding
            kept = {key: preset[key] for key in (*SMALL, "kernel_size", "out_channels")}
            kept |= {key: preset[key] for key in ("cin_channels", "gin_channels", "n_speakers")}
            model = WaveNet(**kept, use_speaker_embedding=True)
        else:
            model = train.build_model()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
        result = teach(model, optimizer, preset, np.random.default_rng(number))
        np.savez_compressed(folder / f"{name}.npz", **result)
        # One has an optimiser's state, as every checkpoint of its has by default.
        hparams.save_optimizer_state = case == "smoothed"
        train.global_step = 3
        train.save_checkpoint("cpu", model, optimizer, 3, str(folder), 0)
        (folder / "checkpoint_latest.pth").unlink()
        (folder / "checkpoint_step000000003.pth").rename(folder / f"{name}.pth")


def teach(model: Any, optimizer: Any, preset: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Random inputs; a step of training from random weights, none as it began; its outputs."""
    softmax = preset["out_channels"] == 256
    if softmax:
        codes = rng.integers(0, 256, LENGTH).astype(np.uint8)
        past = torch.from_numpy(np.concatenate([[128], codes[:-1]])).long()
        x = F.one_hot(past, 256).float().T[None]
        given: dict[str, Any] = {"g": torch.tensor([[1]])}
        kept: dict[str, Any] = {"codes": codes, "speaker": 1}
    else:
        codes = rng.integers(-20000, 20000, LENGTH).astype(np.int16)
        x = torch.from_numpy(np.concatenate([[0], codes[:-1]]) / 32768).float()[None, None]
        frames = rng.standard_normal((LENGTH // preset["hop_size"], preset["cin_channels"])).astype(
            np.float32
        )
        pad = preset["cin_pad"]  # its evaluate.py repeats the outermost frames likewise
        c = F.pad(torch.from_numpy(frames.T)[None], (pad, pad), mode="replicate")
        kept = {"codes": codes, "frames": frames}
        if not preset.get("upsample_conditional_features", True):
            c = c.repeat_interleave(preset["hop_size"], dim=2)  # as its synthesis.py does
            kept["vector"] = rng.standard_normal(2).astype(np.float32)
        given = {"c": c, "g": torch.from_numpy(kept["vector"])[None] if "vector" in kept else None}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.0 + 0.3 * torch.randn_like(parameter)).add_(0.2 * torch.randn_like(parameter))
    model(x, **given).square().mean().backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        outputs = model(x, **given)[0].T.contiguous().numpy()
        if softmax:
            stepped = model.incremental_forward(
                test_inputs=x, T=LENGTH, softmax=False, quantize=False, **given
            )
            assert np.abs(stepped[0].T.numpy() - outputs).max() < 1e-5
    return {**kept, "outputs": outputs}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
