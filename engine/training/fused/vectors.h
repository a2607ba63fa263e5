// bfloat16 in memory, float32 in registers of sixteen, and the gate's curves.

#pragma once

#include <immintrin.h>

#include <cstdint>

using bf16 = uint16_t;

using Pair [[gnu::may_alias]] = int32_t;

inline __m512bh weights(const bf16* at) { return (__m512bh)_mm512_loadu_si512(at); }

inline __m512bh pair(const bf16* at) { return (__m512bh)_mm512_set1_epi32(*reinterpret_cast<const Pair*>(at)); }

inline __m512 widen(const bf16* at) {
    const __m512i bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
    return _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
}

inline void narrow(bf16* at, __m512 value) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), (__m256i)_mm512_cvtneps_pbh(value));
}

inline void narrow(bf16* at, __m512 low, __m512 high) {
    _mm512_storeu_si512(at, (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

// The same to where nobody reads for long, past the caches; `at` is a multiple of 64 bytes.
inline void narrow_away(bf16* at, __m512 low, __m512 high) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(at), (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

inline void add_to(float* at, __m512 value) { _mm512_storeu_ps(at, _mm512_add_ps(_mm512_loadu_ps(at), value)); }

// tanh x = x p(x^2) / q(x^2) within +-7, as engine.kernels.simd_values has it: within 3e-6.
inline __m512 tanh_(__m512 x) {
    // The second operand is what comes out where x is not a number.
    x = _mm512_max_ps(_mm512_set1_ps(-7.0f), _mm512_min_ps(_mm512_set1_ps(7.0f), x));
    const __m512 s = _mm512_mul_ps(x, x);
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(3.930018e-06f), s, _mm512_set1_ps(0.00227699f));
    __m512 q = _mm512_fmadd_ps(_mm512_set1_ps(0.00014235098f), s, _mm512_set1_ps(0.021072187f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(0.12302184f));
    q = _mm512_fmadd_ps(q, s, _mm512_set1_ps(0.45634034f));
    p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(0.9999957f));
    q = _mm512_fmadd_ps(q, s, _mm512_set1_ps(1.0f));
    const __m512 guess = _mm512_rcp14_ps(q);  // and a step of Newton's
    const __m512 inverse = _mm512_mul_ps(guess, _mm512_fnmadd_ps(q, guess, _mm512_set1_ps(2.0f)));
    return _mm512_mul_ps(_mm512_mul_ps(x, p), inverse);
}

inline __m512 sigmoid(__m512 x) {
    const __m512 half = _mm512_set1_ps(0.5f);
    return _mm512_fmadd_ps(tanh_(_mm512_mul_ps(x, half)), half, half);
}
