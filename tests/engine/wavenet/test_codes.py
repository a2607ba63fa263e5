from __future__ import annotations

import numpy as np
import pytest

from engine.wavenet import mulaw
from engine.wavenet.codes import as_inputs, code_type, decode, encode, silence
from engine.wavenet.config import ModelConfig

SOFTMAX, GAUSSIAN = ModelConfig(), ModelConfig(output="gaussian")
SCALAR = ModelConfig(input="scalar")
LOGISTICS = ModelConfig(input="scalar", output="logistics")


def test_a_softmax_model_draws_mulaw_codes_and_a_continuous_one_16_bit_samples() -> None:
    assert [code_type(config) for config in (SOFTMAX, GAUSSIAN, LOGISTICS)] == [np.uint8, np.int16, np.int16]


def test_16_bit_codes_are_amplitudes_times_32768_rounded_to_even_and_clipped() -> None:
    samples = np.array([0.0, 0.5, -1.0, 1.0, 7.0, -7.0, 1.5 / 32768, 2.5 / 32768, -1.5 / 32768])
    assert encode(GAUSSIAN, samples).tolist() == [0, 16384, -32768, 32767, 32767, -32768, 2, 2, -2]


def test_every_16_bit_code_comes_back() -> None:
    codes = np.arange(-32768, 32768).astype(np.int16)
    amplitudes = decode(codes)
    assert amplitudes.dtype == np.float32
    assert (amplitudes.min(), amplitudes.max()) == (-1.0, 32767 / 32768)
    assert np.array_equal(encode(LOGISTICS, amplitudes), codes)


def test_every_mulaw_code_comes_back() -> None:
    codes = np.arange(256).astype(np.uint8)
    assert np.array_equal(encode(SOFTMAX, decode(codes)), codes)


def test_silence_is_the_code_of_amplitude_zero() -> None:
    for config in (SOFTMAX, GAUSSIAN):
        assert encode(config, [0.0])[0] == silence(config)


@pytest.mark.parametrize("config", [SOFTMAX, GAUSSIAN])
def test_not_a_number_has_no_code(config: ModelConfig) -> None:
    with pytest.raises(ValueError, match="NaN"):
        encode(config, [0.0, np.nan])


def test_an_embedding_takes_mulaw_codes_whatever_the_model_draws() -> None:
    assert as_inputs(SOFTMAX, np.array([3, 128], np.uint8)).tolist() == [3, 128]
    found = as_inputs(GAUSSIAN, np.array([0, 32767, -32768], np.int16))
    assert found.dtype == np.uint8
    assert found.tolist() == [mulaw.SILENCE, 255, 0]


def test_a_scalar_input_takes_the_companded_value_of_a_mulaw_code_and_the_amplitude_of_a_linear_one() -> None:
    companded = as_inputs(SCALAR, np.array([0, 51, 255], np.uint8))
    assert companded.dtype == np.float32
    assert companded == pytest.approx([-1.0, -0.6, 1.0], abs=1e-7)  # 2 · 51 / 255 - 1
    assert as_inputs(LOGISTICS, np.array([-16384, 8192], np.int16)).tolist() == [-0.5, 0.25]
