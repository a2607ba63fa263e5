// The forward pass: gated outputs, residual connections.

#pragma once

#include "thread_team.h"
#include "products.h"

struct Forward {
    float* x;              // [B, T, R]: the first layer's input; changed
    bf16* inputs;          // [L, B, T, R]: every layer's input, for the backward pass
    bf16* z;               // [L, B, T, 2G]: what goes into the gates, for the backward pass
    bf16* h;               // [B, T, L G]: gated outputs
    const bf16* dilated;   // [L] packed [K R, 2G], the outputs in turns 32 filters and 32 gates
    const float* bias;     // [L, B, F, 2G]
    const bf16* residual;  // [L] packed [G, R]
    const float* residual_bias;  // [L, R]
};

struct ForwardLayer {
    const Shape& s;
    const Forward& f;
    int64_t layer, dilation;

    // Gated outputs of a tile (equation 2), also to `local` [TILE, G].
    void gate(const Tile& tile, bf16* local) const {
        const int64_t R = s.residual, G = s.gate, offset0 = tile.sequence * s.time;
        const bf16* x = f.inputs + (layer * s.batch * s.time + offset0) * R;
        bf16* z = f.z + (layer * s.batch * s.time + offset0) * 2 * G;
        bf16* h = f.h + offset0 * s.layers * G + layer * G;
        const bf16* w = f.dilated + layer * s.taps * R * 2 * G;
        const float* bias = f.bias + (layer * s.batch + tile.sequence) * s.frames * 2 * G;
        for (int64_t c = 0; c < G; c += 32, w += s.taps * R * 64) {
            for (int64_t t = tile.start, rows; t < tile.end; t += rows) {
                int64_t alike = std::min(tile.end - t, s.hop - t % s.hop);
                for (int64_t tap = 1; tap < s.taps; ++tap)
                    if (t < tap * dilation) alike = std::min(alike, tap * dilation - t);
                rows = next_rows(alike, s.amx);
                const float* frame = bias + t / s.hop * 2 * G + c;
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    Sums<M, 4> sums;
                    sums.clear();
                    for (int64_t tap = 0; tap < s.taps; ++tap) {
                        const int64_t past = (s.taps - 1 - tap) * dilation;
                        if (t >= past) sums.add({x + (t - past) * R, R, 2, w + tap * R * 64, 128, R / 2});
                    }
                    sums.finish();
#pragma GCC unroll 8
                    for (int m = 0; m < M; ++m) {
                        const __m512 f0 = _mm512_add_ps(sums.at[m][0], _mm512_loadu_ps(frame));
                        const __m512 f1 = _mm512_add_ps(sums.at[m][1], _mm512_loadu_ps(frame + 16));
                        const __m512 g0 = _mm512_add_ps(sums.at[m][2], _mm512_loadu_ps(frame + G));
                        const __m512 g1 = _mm512_add_ps(sums.at[m][3], _mm512_loadu_ps(frame + G + 16));
                        narrow_away(z + (t + m) * 2 * G + c, f0, f1);
                        narrow_away(z + (t + m) * 2 * G + G + c, g0, g1);
                        const __m512 h0 = _mm512_mul_ps(tanh_(f0), sigmoid(g0));
                        const __m512 h1 = _mm512_mul_ps(tanh_(f1), sigmoid(g1));
                        narrow_away(h + (t + m) * s.layers * G + c, h0, h1);
                        narrow(local + (t + m - tile.start) * G + c, h0, h1);
                    }
                });
            }
        }
    }

    // The next layer's input of a tile.
    template <int V>
    void residual(const Tile& tile, const bf16* local) const {
        const int64_t R = s.residual, G = s.gate, first = tile.sequence * s.time;
        float* x = f.x + first * R;
        bf16* next = f.inputs + ((layer + 1) * s.batch * s.time + first) * R;
        const bf16* w = f.residual + layer * G * R;
        const __m512 scale = _mm512_set1_ps(s.residual_scale);
        for (int64_t c = 0; c < R; c += 16 * V, w += G * 16 * V) {
            const float* bias = f.residual_bias + layer * R + c;
            for (int64_t t = tile.start, rows; t < tile.end; t += rows) {
                rows = next_rows(tile.end - t, s.amx);
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    Sums<M, V> sums;
                    sums.clear();
                    sums.add({local + (t - tile.start) * G, G, 2, w, 32 * V, G / 2});
                    sums.finish();
#pragma GCC unroll 8
                    for (int m = 0; m < M; ++m)
#pragma GCC unroll 8
                        for (int v = 0; v < V; ++v) {
                            float* at = x + (t + m) * R + c + 16 * v;
                            __m512 sum = _mm512_add_ps(sums.at[m][v], _mm512_loadu_ps(bias + 16 * v));
                            sum = _mm512_mul_ps(_mm512_add_ps(sum, _mm512_loadu_ps(at)), scale);
                            _mm512_storeu_ps(at, sum);
                            narrow(next + (t + m) * R + c + 16 * v, sum);
                        }
                });
            }
        }
    }
};

void forward_thread(const Shape& s, const Forward& f, ThreadTeam& team) {
    const Tiles tiles(s.amx);
    std::vector<bf16> local(TILE * s.gate);
    team.share(s.layers, [&](int64_t part) {
        for (const Tile& tile : tiles_of(s, part)) {
            const int64_t first = tile.sequence * s.time * s.residual;
            for (int64_t i = first + tile.start * s.residual; i < first + tile.end * s.residual; i += 16)
                narrow(f.inputs + i, _mm512_loadu_ps(f.x + i));
        }
    });
    for (int64_t layer = 0; layer < s.layers; ++layer) {
        team.meet();
        const ForwardLayer work{s, f, layer, s.dilations[layer]};
        team.share(layer, [&](int64_t part) {
            for (const Tile& tile : tiles_of(s, part)) {
                work.gate(tile, local.data());
                if (layer + 1 == s.layers) continue;  // the last layer's residual output leads nowhere
                if (s.residual % 64 == 0) work.residual<4>(tile, local.data());
                else work.residual<2>(tile, local.data());
            }
        });
    }
    _mm_sfence();  // what was written past the caches is there for all
}
