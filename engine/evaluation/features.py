"""What a classifier hears of a clip: statistics of its mel-frequency cepstral coefficients."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError

COEFFICIENTS = 20
MEANS = slice(0, COEFFICIENTS - 1)
"""Which of a clip's features are means."""
BANDS = 64
WINDOW_S = 0.064
"""Windows overlap by three quarters."""
RANGE_DB = 60.0
"""What lies deeper below a clip's loudest band counts as this deep."""
SOUNDING_DB = 40.0
"""Windows that are further below the loudest are left out."""
LIBRARIES = {"librosa": "librosa", "sklearn": "scikit-learn"}
"""Modules that the judges import, and the packages that hold them."""


def need_libraries() -> None:
    """Raise StudioError where a library that the judges need is not installed."""
    missing = [package for module, package in LIBRARIES.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise StudioError(
            f"judge needs {' and '.join(missing)}, which a plain set-up leaves out; install with: "
            f".venv/bin/python -m pip install -c requirements.lock {' '.join(LIBRARIES.values())}"
        )


def mfcc_features(samples: NDArray[np.floating[Any]], rate: int) -> NDArray[np.float64]:
    """Features of a clip [n_samples] in ±1 at ``rate`` Hz: [4 · COEFFICIENTS - 1] float64.

    Over the windows within SOUNDING_DB of the loudest: the mean of each coefficient but the zeroth, which
    is the level; then, of all coefficients, the standard deviation, that of the change from window to
    window, and the distance of the 10th and the 90th percentile. Silence has zeros but for rounding.

    Raises ValueError where the clip is shorter than a window.
    """
    import librosa
    from threadpoolctl import threadpool_limits

    window = round(WINDOW_S * rate)
    if len(samples) < window:
        raise ValueError(f"{len(samples)} samples; a clip has at least one window of {window}")
    signal = np.asarray(samples, dtype=np.float32)
    with threadpool_limits(1):  # the products are small: handing them to threads takes longer than they do
        power = librosa.feature.melspectrogram(
            y=signal - signal.mean(),
            sr=rate,
            n_fft=window,
            hop_length=window // 4,
            n_mels=BANDS,
            center=False,
        )
        decibels = librosa.power_to_db(power, amin=1e-10, top_db=RANGE_DB)
        mfcc = librosa.feature.mfcc(S=decibels, n_mfcc=COEFFICIENTS)
    energy = power.sum(axis=0)
    sounding = energy >= energy.max() * 10 ** (-SOUNDING_DB / 10)
    changes = np.diff(mfcc, axis=1, append=mfcc[:, -1:])[:, sounding]
    mfcc = mfcc[:, sounding]
    low, high = np.quantile(mfcc, (0.1, 0.9), axis=1)
    return np.concatenate(
        [mfcc[1:].mean(axis=1), mfcc.std(axis=1), changes.std(axis=1), high - low], dtype=np.float64
    )
