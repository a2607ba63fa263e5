// Products over time: what samples add to the gradient of a matrix.

#pragma once

#include "products.h"

// Interleaves rows 2p and 2p + 1 of `source` [rows, channels]: [rows / 2, channels, 2]; rows before `first` are 0.
inline void interleave(bf16* target, const bf16* source, int64_t stride, int64_t rows, int64_t first, int64_t channels) {
    alignas(64) static constexpr uint16_t LOW[32] = {0,  32, 1,  33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                                     8,  40, 9,  41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
    const __m512i low = _mm512_load_si512(LOW), high = _mm512_add_epi16(low, _mm512_set1_epi16(16));
    const __m512i zero = _mm512_setzero_si512();
    for (int64_t t = 0; t < rows; t += 2) {
        const bf16 *even = source + t * stride, *odd = even + stride;
        const bool has_even = t >= first, has_odd = t + 1 >= first && t + 1 < rows;
        for (int64_t c = 0; c < channels; c += 32, target += 64) {
            const __m512i e = has_even ? _mm512_loadu_si512(even + c) : zero;
            const __m512i o = has_odd ? _mm512_loadu_si512(odd + c) : zero;
            _mm512_storeu_si512(target, _mm512_permutex2var_epi16(e, low, o));
            _mm512_storeu_si512(target + 32, _mm512_permutex2var_epi16(e, high, o));
        }
    }
}

// What was interleaved, [pairs, channels, 2], as [channels, pairs, 2]; pairs and channels are multiples of 16.
inline void transpose(bf16* target, const bf16* source, int64_t pairs, int64_t channels) {
    for (int64_t p = 0; p < pairs; p += 16) {
        for (int64_t c = 0; c < channels; c += 16) {
            const bf16* from = source + 2 * (p * channels + c);
            bf16* to = target + 2 * (c * pairs + p);
            __m512i a[16], b[16];
#pragma GCC unroll 16
            for (int i = 0; i < 16; ++i) a[i] = _mm512_loadu_si512(from + 2 * i * channels);
#pragma GCC unroll 8
            for (int i = 0; i < 16; i += 2) {  // pairs of rows, by single elements
                b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
                b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
            }
#pragma GCC unroll 4
            for (int i = 0; i < 16; i += 4) {  // fours of rows: a[i + j] has column 4k + j in its k-th quarter
                a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
                a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
                a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
                a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
            }
#pragma GCC unroll 4
            for (int j = 0; j < 4; ++j) {  // quarters to their places
                const __m512i even0 = _mm512_shuffle_i32x4(a[j], a[4 + j], 0x88);
                const __m512i odd0 = _mm512_shuffle_i32x4(a[j], a[4 + j], 0xdd);
                const __m512i even1 = _mm512_shuffle_i32x4(a[8 + j], a[12 + j], 0x88);
                const __m512i odd1 = _mm512_shuffle_i32x4(a[8 + j], a[12 + j], 0xdd);
                _mm512_storeu_si512(to + 2 * j * pairs, _mm512_shuffle_i32x4(even0, even1, 0x88));
                _mm512_storeu_si512(to + 2 * (4 + j) * pairs, _mm512_shuffle_i32x4(odd0, odd1, 0x88));
                _mm512_storeu_si512(to + 2 * (8 + j) * pairs, _mm512_shuffle_i32x4(even0, even1, 0xdd));
                _mm512_storeu_si512(to + 2 * (12 + j) * pairs, _mm512_shuffle_i32x4(odd0, odd1, 0xdd));
            }
        }
    }
}

// total [m, stride] += aT b for interleaved a [pairs, m, 2], or with AMX a transposed one, and interleaved b [pairs, n, 2].
template <int V>
void add_outer(float* total, int64_t stride, const bf16* a, int64_t m, const bf16* b, int64_t n, int64_t pairs, bool amx) {
    for (int64_t column = 0; column < n; column += 16 * V) {
        for (int64_t row = 0, rows; row < m; row += rows) {
            rows = next_rows(m - row, amx);
            with_rows(rows, [&](auto count) {
                float* at = total + row * stride + column;
                const bf16* columns = b + 2 * column;
                Sums<count(), V> sums;
                sums.load(at, stride);
                if (amx) sums.add({a + 2 * row * pairs, 2 * pairs, 2, columns, 2 * n, pairs});
                else sums.add({a + 2 * row, 2, 2 * m, columns, 2 * n, pairs});
                sums.store(at, stride);
            });
        }
    }
}
