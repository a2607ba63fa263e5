// The backward pass: gradients by all weights, the condition and the first layer's input.

#pragma once

#include "thread_team.h"
#include "outer.h"

struct Backward {
    const bf16* inputs;
    const bf16* z;
    const bf16* h;
    const bf16* d_skip;      // [B, T, S]: the loss's gradient by the sum of the skip outputs
    const bf16* dilated;     // [L, K] packed [2G, R]
    const bf16* residual;    // [L] packed [R, G]
    const bf16* skip;        // [L] packed [S, G]
    float* d_x;              // [B, T, R]: receives the gradient by the first layer's input
    bf16* d_z;               // [2, B, T, 2G]: that by what goes into two layers' gates
    float* d_dilated;        // [P, L, 2G, K R]: zeros; each part is added to its own
    float* d_bias;           // [P, L, B, F, 2G]
    float* d_residual;       // [P, L, R, G]
    float* d_residual_bias;  // [P, L, R]
};

// What a thread needs for a tile.
struct Workspace {
    std::vector<bf16> d_r;         // [TILE, R]: the gradient by a layer's residual output
    std::vector<bf16> x, z, r, h;  // interleaved
    std::vector<bf16> transposed;

    explicit Workspace(const Shape& s)
        : d_r(TILE * s.residual), x(TILE * s.residual), z(TILE * 2 * s.gate), r(TILE * s.residual),
          h(TILE * s.gate), transposed(TILE * std::max(s.residual, 2 * s.gate)) {}

    // An interleaved matrix as the first factor of `add_outer`.
    const bf16* factor(const std::vector<bf16>& matrix, int64_t pairs, int64_t channels, bool amx) {
        if (!amx) return matrix.data();
        transpose(transposed.data(), matrix.data(), pairs, channels);
        return transposed.data();
    }
};

struct BackwardLayer {
    const Shape& s;
    const Backward& b;
    int64_t layer, dilation = s.dilations[layer];

    bool last() const { return layer + 1 == s.layers; }

    // d_z of a sequence.
    bf16* d_z_of(int64_t sequence) const { return b.d_z + (layer % 2 * s.batch + sequence) * s.time * 2 * s.gate; }

    // d_z of a tile, and its sums over time; d_r [TILE, R] is the layer's.
    template <int V>
    void gate(const Tile& tile, int64_t part, const bf16* d_r) const {
        const int64_t R = s.residual, G = s.gate, S = s.skip, first = tile.sequence * s.time;
        const bf16* z = b.z + (layer * s.batch * s.time + first) * 2 * G;
        const bf16* d_skip = b.d_skip + first * S;
        bf16* target = d_z_of(tile.sequence);
        float* d_bias = b.d_bias + ((part * s.layers + layer) * s.batch + tile.sequence) * s.frames * 2 * G;
        const bf16 *w_residual = b.residual + layer * R * G, *w_skip = b.skip + layer * S * G;
        const __m512 one = _mm512_set1_ps(1.0f);
        for (int64_t c = 0; c < G; c += 16 * V) {
            for (int64_t t = tile.start, rows; t < tile.end; t += rows) {
                rows = next_rows(std::min(tile.end - t, s.hop - t % s.hop), s.amx);
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    Sums<M, V> sums;
                    sums.clear();
                    sums.add({d_skip + t * S, S, 2, w_skip + c * S, 32 * V, S / 2});
                    if (!last()) sums.add({d_r + (t - tile.start) * R, R, 2, w_residual + c * R, 32 * V, R / 2});
                    sums.finish();
                    for (int v = 0; v < V; ++v) {
                        const int64_t at = c + 16 * v;
                        __m512 of_filter = _mm512_setzero_ps(), of_gate = of_filter;
#pragma GCC unroll 8
                        for (int m = 0; m < M; ++m) {
                            const bf16* row = z + (t + m) * 2 * G + at;
                            const __m512 d = sums.at[m][v];
                            const __m512 a = tanh_(widen(row)), g = sigmoid(widen(row + G));
                            const __m512 dg = _mm512_mul_ps(d, g);
                            const __m512 d_filter = _mm512_mul_ps(dg, _mm512_fnmadd_ps(a, a, one));
                            const __m512 d_gate = _mm512_mul_ps(_mm512_mul_ps(dg, a), _mm512_sub_ps(one, g));
                            narrow(target + (t + m) * 2 * G + at, d_filter);
                            narrow(target + (t + m) * 2 * G + G + at, d_gate);
                            of_filter = _mm512_add_ps(of_filter, d_filter);
                            of_gate = _mm512_add_ps(of_gate, d_gate);
                        }
                        add_to(d_bias + t / s.hop * 2 * G + at, of_filter);
                        add_to(d_bias + t / s.hop * 2 * G + G + at, of_gate);
                    }
                });
            }
        }
    }

    // What a tile adds to the weights' gradients.
    template <int VR, int VG>
    void of_weights(const Tile& tile, int64_t part, Workspace& workspace) const {
        const int64_t R = s.residual, G = s.gate, first = tile.sequence * s.time;
        const int64_t rows = tile.end - tile.start, pairs = (rows + 1) / 2;
        const bf16* x = b.inputs + (layer * s.batch * s.time + first) * R;
        float* d_dilated = b.d_dilated + (part * s.layers + layer) * 2 * G * s.taps * R;
        const bool amx = s.amx && rows % 32 == 0;
        interleave(workspace.z.data(), d_z_of(tile.sequence) + tile.start * 2 * G, 2 * G, rows, 0, 2 * G);
        const bf16* d_z = workspace.factor(workspace.z, pairs, 2 * G, amx);
        for (int64_t tap = 0; tap < s.taps; ++tap) {
            const int64_t from = tile.start - (s.taps - 1 - tap) * dilation;
            interleave(workspace.x.data(), x + from * R, R, rows, -from, R);
            add_outer<VR>(d_dilated + tap * R, s.taps * R, d_z, 2 * G, workspace.x.data(), R, pairs, amx);
        }
        if (last()) return;
        interleave(workspace.r.data(), workspace.d_r.data(), R, rows, 0, R);
        interleave(workspace.h.data(), b.h + ((first + tile.start) * s.layers + layer) * G, s.layers * G, rows, 0, G);
        const bf16* d_r = workspace.factor(workspace.r, pairs, R, amx);
        float* d_residual = b.d_residual + (part * s.layers + layer) * R * G;
        add_outer<VG>(d_residual, G, d_r, R, workspace.h.data(), G, pairs, amx);
    }

    // d_x of a tile, by this layer's input; for the layer before, d_r [TILE, R] and its sum over time.
    template <int V>
    void of_input(const Tile& tile, int64_t part, bf16* d_r) const {
        const int64_t R = s.residual, G = s.gate, first = tile.sequence * s.time;
        const bf16* source = d_z_of(tile.sequence);
        float* d_x = b.d_x + first * R;
        const bf16* w = b.dilated + layer * s.taps * 2 * G * R;
        const __m512 scale = _mm512_set1_ps(s.residual_scale);
        for (int64_t c = 0; c < R; c += 16 * V, w += 2 * G * 16 * V) {
            float* d_bias = layer ? b.d_residual_bias + (part * s.layers + layer - 1) * R + c : nullptr;
            for (int64_t t = tile.start, rows; t < tile.end; t += rows) {
                int64_t alike = tile.end - t;
                for (int64_t tap = 1; tap < s.taps; ++tap)
                    if (t < s.time - tap * dilation) alike = std::min(alike, s.time - tap * dilation - t);
                rows = next_rows(alike, s.amx);
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    Sums<M, V> sums;
                    sums.clear();
                    for (int64_t tap = 0; tap < s.taps; ++tap) {
                        const int64_t later = t + (s.taps - 1 - tap) * dilation;
                        const bf16* taps = w + tap * 2 * G * R;
                        if (later < s.time) sums.add({source + later * 2 * G, 2 * G, 2, taps, 32 * V, G});
                    }
                    sums.finish();
#pragma GCC unroll 8
                    for (int v = 0; v < V; ++v) {
                        __m512 total = _mm512_setzero_ps();
#pragma GCC unroll 8
                        for (int m = 0; m < M; ++m) {
                            float* at = d_x + (t + m) * R + c + 16 * v;
                            __m512 sum = sums.at[m][v];
                            if (!last()) sum = _mm512_fmadd_ps(_mm512_loadu_ps(at), scale, sum);
                            _mm512_storeu_ps(at, sum);
                            const __m512 scaled = _mm512_mul_ps(sum, scale);
                            narrow(d_r + (t + m - tile.start) * R + c + 16 * v, scaled);
                            total = _mm512_add_ps(total, scaled);
                        }
                        if (d_bias) add_to(d_bias + 16 * v, total);
                    }
                });
            }
        }
    }
};

template <int VR, int VG>
void backward_thread(const Shape& s, const Backward& b, ThreadTeam& team) {
    const Tiles tiles(s.amx);
    Workspace workspace(s);
    // A layer's input needs what is later in time of its gates; the layer before needs no more than that input's tile.
    for (int64_t layer = s.layers; layer >= 0; --layer) {
        team.share(layer, [&](int64_t part) {
            for (const Tile& tile : tiles_of(s, part)) {
                if (layer < s.layers) BackwardLayer{s, b, layer}.of_input<VR>(tile, part, workspace.d_r.data());
                if (layer == 0) continue;
                const BackwardLayer before{s, b, layer - 1};
                before.gate<VG>(tile, part, workspace.d_r.data());
                before.of_weights<VR, VG>(tile, part, workspace);
            }
        });
        team.meet();
    }
}
