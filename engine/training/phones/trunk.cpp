// The causal layers of one crop, forwards and backwards, tile by tile, for processors with AVX2 and FMA.
//
// Arrays are [samples][channels]. R channels, T samples, L layers; see trunk.py, which tells the same in torch.

#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using i64 = int64_t;
constexpr i64 TILE_FRAMES = 2;  // of a tile: what its layers need stays in the second level's cache

struct Shape {
    i64 time, layers, channels, pooling, picked, offset;
    const i64* dilations;
};

// exp(x) for |x| < 87, to about 2 in 10^7 (Cephes' polynomial).
inline __m256 exponential(__m256 x) {
    x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-87.0f)), _mm256_set1_ps(87.0f));
    const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)), 8);
    x = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
    x = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), x);
    __m256 p = _mm256_set1_ps(1.9875691500e-4f);
    for (float c : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f})
        p = _mm256_fmadd_ps(p, x, _mm256_set1_ps(c));
    p = _mm256_add_ps(_mm256_fmadd_ps(p, _mm256_mul_ps(x, x), x), _mm256_set1_ps(1.0f));
    const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(p, _mm256_castsi256_ps(power));
}

inline __m256 sigmoid(__m256 x) {
    const __m256 one = _mm256_set1_ps(1.0f);
    return _mm256_div_ps(one, _mm256_add_ps(one, exponential(_mm256_sub_ps(_mm256_setzero_ps(), x))));
}

// ROWS rows of 32 outputs: c += a b, a [rows][inputs], b [inputs][outputs].
template <int ROWS>
[[gnu::always_inline]] inline void block(const float* a, i64 inputs, const float* b, i64 outputs, float* c, i64 width) {
    __m256 sum[ROWS][4];
#pragma GCC unroll 4
    for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) sum[r][v] = _mm256_loadu_ps(c + r * width + 8 * v);
    for (i64 k = 0; k < inputs; ++k) {
        __m256 w[4];
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) w[v] = _mm256_loadu_ps(b + k * outputs + 8 * v);
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; ++r) {
            const __m256 x = _mm256_broadcast_ss(a + r * inputs + k);
#pragma GCC unroll 4
            for (int v = 0; v < 4; ++v) sum[r][v] = _mm256_fmadd_ps(x, w[v], sum[r][v]);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) _mm256_storeu_ps(c + r * width + 8 * v, sum[r][v]);
}

// c [rows][outputs] += a [rows][inputs] b [inputs][outputs]; outputs a multiple of 32.
void multiply(i64 rows, const float* a, i64 inputs, const float* b, i64 outputs, float* c) {
    for (i64 at = 0; at < outputs; at += 32) {
        i64 r = 0;
        for (; r + 3 <= rows; r += 3) block<3>(a + r * inputs, inputs, b + at, outputs, c + r * outputs + at, outputs);
        for (; r < rows; ++r) block<1>(a + r * inputs, inputs, b + at, outputs, c + r * outputs + at, outputs);
    }
}

// g [inputs][outputs] += the sum over rows of a [rows][inputs] times d [rows][outputs].
void outer(i64 rows, const float* a, i64 inputs, const float* d, i64 outputs, float* g) {
    for (i64 k = 0; k < inputs; k += 2)
        for (i64 at = 0; at < outputs; at += 32) {
            __m256 sum[2][4];
#pragma GCC unroll 2
            for (int r = 0; r < 2; ++r)
#pragma GCC unroll 4
                for (int v = 0; v < 4; ++v) sum[r][v] = _mm256_loadu_ps(g + (k + r) * outputs + at + 8 * v);
            for (i64 t = 0; t < rows; ++t) {
                const float *row = d + t * outputs + at, *x = a + t * inputs + k;
                const __m256 first = _mm256_broadcast_ss(x), second = _mm256_broadcast_ss(x + 1);
#pragma GCC unroll 4
                for (int v = 0; v < 4; ++v) {
                    const __m256 y = _mm256_loadu_ps(row + 8 * v);
                    sum[0][v] = _mm256_fmadd_ps(first, y, sum[0][v]);
                    sum[1][v] = _mm256_fmadd_ps(second, y, sum[1][v]);
                }
            }
#pragma GCC unroll 2
            for (int r = 0; r < 2; ++r)
#pragma GCC unroll 4
                for (int v = 0; v < 4; ++v) _mm256_storeu_ps(g + (k + r) * outputs + at + 8 * v, sum[r][v]);
        }
}

void add_rows(i64 rows, const float* a, i64 width, float* sum) {
    for (i64 t = 0; t < rows; ++t)
        for (i64 c = 0; c < width; ++c) sum[c] += a[t * width + c];
}

}  // namespace

extern "C" {

// Inputs [L][T][R], the first layer's filled in; squashed [L][T][2R] and gated [L][T][R] are written. Weights
// by input: older, newer [L][R][2R], those of filters doubled; bias [L][2R]; residual [L][R][R], its bias [L][R].
void stack_forward(const Shape* shape, float* inputs, float* squashed, float* gated, const float* older,
                   const float* newer, const float* bias, const float* residual, const float* residual_bias) {
    const i64 T = shape->time, R = shape->channels, L = shape->layers, tile = TILE_FRAMES * shape->pooling;
    for (i64 start = 0; start < T; start += tile) {
        const i64 end = std::min(T, start + tile), count = end - start;
        for (i64 l = 0; l < L; ++l) {
            const i64 dilation = shape->dilations[l], first = std::min(end, std::max(start, dilation));
            float *x = inputs + (l * T + start) * R, *a = squashed + (l * T + start) * 2 * R;
            float* z = gated + (l * T + start) * R;
            for (i64 t = 0; t < count; ++t) std::memcpy(a + t * 2 * R, bias + l * 2 * R, 2 * R * sizeof(float));
            multiply(count, x, R, newer + l * 2 * R * R, 2 * R, a);
            multiply(end - first, inputs + (l * T + first - dilation) * R, R, older + l * 2 * R * R, 2 * R,
                     squashed + (l * T + first) * 2 * R);
            for (i64 t = 0; t < count; ++t)
                for (i64 c = 0; c < R; c += 8) {
                    float* at = a + t * 2 * R + c;
                    const __m256 f = sigmoid(_mm256_loadu_ps(at)), g = sigmoid(_mm256_loadu_ps(at + R));
                    _mm256_storeu_ps(at, f);
                    _mm256_storeu_ps(at + R, g);
                    const __m256 h = _mm256_fmsub_ps(f, _mm256_set1_ps(2.0f), _mm256_set1_ps(1.0f));
                    _mm256_storeu_ps(z + t * R + c, _mm256_mul_ps(h, g));
                }
            if (l + 1 == L) continue;
            float* next = x + T * R;
            for (i64 t = 0; t < count; ++t)
                for (i64 c = 0; c < R; ++c) next[t * R + c] = x[t * R + c] + residual_bias[l * R + c];
            multiply(count, z, R, residual + l * R * R, R, next);
        }
    }
}

// Squashed becomes the gradient by the preactivations. frames [T / pooling][L][R]: by the sum of a frame's gated
// outputs; picks [..][L][R]. Weights by output: older, newer [L][2R][R], residual [L][R][R]. The sums are added to.
void stack_backward(const Shape* shape, const float* inputs, float* squashed, const float* gated,
                    const float* frames, const float* picks, const float* older, const float* newer,
                    const float* residual, float* d_x, float* d_older, float* d_newer, float* d_bias,
                    float* d_residual, float* d_residual_bias) {
    const i64 T = shape->time, R = shape->channels, L = shape->layers, tile = TILE_FRAMES * shape->pooling;
    std::vector<float> space(tile * R);
    float* d_z = space.data();
    for (i64 start = (T - 1) / tile * tile; start >= 0; start -= tile) {
        const i64 end = std::min(T, start + tile), count = end - start;
        float* d_h = d_x + start * R;
        std::memset(d_h, 0, count * R * sizeof(float));
        for (i64 l = L - 1; l >= 0; --l) {
            const i64 dilation = shape->dilations[l], first = std::min(end, std::max(start, dilation));
            const float *x = inputs + (l * T + start) * R, *z = gated + (l * T + start) * R;
            float* s = squashed + (l * T + start) * 2 * R;
            for (i64 t = 0; t < count; ++t)
                std::memcpy(d_z + t * R, frames + ((start + t) / shape->pooling * L + l) * R, R * sizeof(float));
            for (i64 t = 0; t < count; ++t) {
                const i64 at = start + t - shape->offset;
                if (at < 0 || at % shape->picked) continue;
                const float* pick = picks + (at / shape->picked * L + l) * R;
                for (i64 c = 0; c < R; ++c) d_z[t * R + c] += pick[c];
            }
            if (l + 1 < L) {
                outer(count, z, R, d_h, R, d_residual + l * R * R);
                add_rows(count, d_h, R, d_residual_bias + l * R);
                multiply(count, d_h, R, residual + l * R * R, R, d_z);
            }
            for (i64 t = 0; t < count; ++t)
                for (i64 c = 0; c < R; ++c) {
                    float *filter = s + t * 2 * R + c, *gate = filter + R;
                    const float d = d_z[t * R + c], f = *filter, g = *gate;
                    *filter = 4.0f * d * g * f * (1.0f - f);
                    *gate = d * z[t * R + c] * (1.0f - g);
                }
            add_rows(count, s, 2 * R, d_bias + l * 2 * R);
            outer(count, x, R, s, 2 * R, d_newer + l * 2 * R * R);
            outer(end - first, inputs + (l * T + first - dilation) * R, R, squashed + (l * T + first) * 2 * R, 2 * R,
                  d_older + l * 2 * R * R);
            multiply(count, s, 2 * R, newer + l * 2 * R * R, R, d_h);
            const i64 upto = std::min(end, T - dilation);
            if (start < upto)
                multiply(upto - start, squashed + (l * T + start + dilation) * 2 * R, 2 * R, older + l * 2 * R * R, R, d_h);
        }
    }
}

}
