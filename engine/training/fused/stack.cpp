// The causal layers of a WaveNet in training, forward and backward, for processors with AVX-512 BF16.
//
// What torch does in some forty passes over memory for each layer is one pass here: a tile of samples stays
// in the nearest caches while products, gate, residual connection and gradients are made of it. Products
// take bfloat16 and sum in float32; the residual path and all gradients of weights are float32.
//
// Shapes: B sequences, T samples, L layers, K taps; R residual, G gate and S skip channels; F frames of the
// condition; P parts of the samples, which threads take as they are free: sums do not depend on who took which.
// All arrays are row-major and contiguous. z holds filters before gates, as `dilated.weight` does.
//
// A packed matrix [inputs, outputs] lies as [outputs / 64][inputs / 2][64][2], blocks of 32 where the outputs
// are no multiple of 64: each vector of a product takes two inputs for 16 outputs.

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

using bf16 = uint16_t;

constexpr int ROWS = 6;     // of a product at a time: 6 x 4 sums, 4 weights and an input fill the registers
constexpr int TILE = 192;   // samples; a multiple of ROWS and of 2

struct Shape {
    int64_t batch, time, layers, taps, residual, gate, skip, frames, hop, parts, threads;
    float residual_scale;
    const int64_t* dilations;
};

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

struct Backward {
    const bf16* inputs;
    const bf16* z;
    const bf16* h;
    const bf16* d_skip;      // [B, T, S]: the loss's gradient by the sum of the skip outputs
    const bf16* dilated;     // [L, K] packed [2G, R]
    const bf16* residual;    // [L] packed [R, G]
    const bf16* skip;        // [L] packed [S, G]
    float* d_x;              // [B, T, R]: receives the gradient by the first layer's input
    bf16* d_r;               // [B, T, R]: room for the gradient by a layer's residual output
    bf16* d_z;               // [B, T, 2G]: room for that by what goes into a layer's gates
    float* d_dilated;        // [P, L, 2G, K R]: zeros; each part is added to its own
    float* d_bias;           // [P, L, B, F, 2G]
    float* d_residual;       // [P, L, R, G]
    float* d_residual_bias;  // [P, L, R]
};

// ---- vectors --------------------------------------------------------------------------------------------

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

// ---- products -------------------------------------------------------------------------------------------

struct Product {
    const bf16* a;  // row m, pair p at a + m * row + p * step
    int64_t row, step;
    const bf16* b;  // pair p at b + p * b_step
    int64_t b_step, pairs;
};

template <int M, int V>
[[gnu::always_inline]] inline void multiply(__m512 (&sums)[M][V], const Product& product) {
    const bf16 *a = product.a, *b = product.b;
    for (int64_t p = 0; p < product.pairs; ++p, a += product.step, b += product.b_step) {
        __m512bh w[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) w[v] = weights(b + 32 * v);
#pragma GCC unroll 8
        for (int m = 0; m < M; ++m) {
            const __m512bh x = pair(a + m * product.row);
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) sums[m][v] = _mm512_dpbf16_ps(sums[m][v], x, w[v]);
        }
    }
}

template <int M, int V>
[[gnu::always_inline]] inline void clear(__m512 (&sums)[M][V]) {
#pragma GCC unroll 8
    for (int m = 0; m < M; ++m)
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) sums[m][v] = _mm512_setzero_ps();
}

// `body` is called with the number of rows as a constant.
template <class Body>
inline void with_rows(int64_t rows, const Body& body) {
    switch (rows) {
        case 6: return body(std::integral_constant<int, 6>());
        case 5: return body(std::integral_constant<int, 5>());
        case 4: return body(std::integral_constant<int, 4>());
        case 3: return body(std::integral_constant<int, 3>());
        case 2: return body(std::integral_constant<int, 2>());
        default: return body(std::integral_constant<int, 1>());
    }
}

// How many of the `left` rows to take next, so that no last block is too thin to keep the units busy.
inline int64_t next_rows(int64_t left) { return left == 8 || left == 7 ? 4 : std::min<int64_t>(left, ROWS); }

// Interleaves rows 2p and 2p + 1 of `source` [rows, channels]: [rows / 2, channels, 2]; rows before `first` are 0.
void interleave(bf16* target, const bf16* source, int64_t stride, int64_t rows, int64_t first, int64_t channels) {
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

// total [m, stride] += aT b for interleaved a [pairs, m, 2] and b [pairs, n, 2].
template <int V>
void add_outer(float* total, int64_t stride, const bf16* a, int64_t m, const bf16* b, int64_t n, int64_t pairs) {
    for (int64_t column = 0; column < n; column += 16 * V) {
        for (int64_t row = 0, rows; row < m; row += rows) {
            rows = next_rows(m - row);
            with_rows(rows, [&](auto count) {
                constexpr int M = count();
                float* at = total + row * stride + column;
                __m512 sums[M][V];
#pragma GCC unroll 8
                for (int i = 0; i < M; ++i)
#pragma GCC unroll 8
                    for (int v = 0; v < V; ++v) sums[i][v] = _mm512_loadu_ps(at + i * stride + 16 * v);
                multiply<M, V>(sums, {a + 2 * row, 2, 2 * m, b + 2 * column, 2 * n, pairs});
#pragma GCC unroll 8
                for (int i = 0; i < M; ++i)
#pragma GCC unroll 8
                    for (int v = 0; v < V; ++v) _mm512_storeu_ps(at + i * stride + 16 * v, sums[i][v]);
            });
        }
    }
}

// ---- threads --------------------------------------------------------------------------------------------

struct Tile {
    int64_t sequence, start, end;
};

// Part `part` of the samples.
std::vector<Tile> tiles_of(const Shape& s, int64_t part) {
    const int64_t each = (s.time + TILE - 1) / TILE, all = each * s.batch;
    std::vector<Tile> tiles;
    for (int64_t i = all * part / s.parts; i < all * (part + 1) / s.parts; ++i) {
        const int64_t start = i % each * TILE;
        tiles.push_back({i / each, start, std::min(start + TILE, s.time)});
    }
    return tiles;
}

// Threads that go through one phase after the other together.
class Crew {
  public:
    Crew(const Shape& s, int64_t phases) : parts(s.parts), threads(s.threads), taken(phases), all_here(s.threads) {}

    // Runs `work()` on every thread.
    template <class Work>
    void run(const Work& work) {
        std::vector<std::thread> others;
        for (int64_t i = 1; i < threads; ++i) others.emplace_back(work);
        work();
        for (auto& other : others) other.join();
    }

    // Calls `work(part)` for each part that no other thread has taken in this phase.
    template <class Work>
    void share(int64_t phase, const Work& work) {
        for (int64_t part; (part = taken[phase].fetch_add(1)) < parts;) work(part);
    }

    // Where a phase needs what others made in the one before.
    void meet() { all_here.arrive_and_wait(); }

  private:
    int64_t parts, threads;
    std::vector<std::atomic<int64_t>> taken;
    std::barrier<> all_here;
};

// ---- forward --------------------------------------------------------------------------------------------

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
                rows = std::min(next_rows(tile.end - t), s.hop - t % s.hop);
                for (int64_t tap = 1; tap < s.taps; ++tap)
                    if (t < tap * dilation) rows = std::min(rows, tap * dilation - t);
                const float* frame = bias + t / s.hop * 2 * G + c;
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    __m512 sums[M][4];
                    clear<M, 4>(sums);
                    for (int64_t tap = 0; tap < s.taps; ++tap) {
                        const int64_t past = (s.taps - 1 - tap) * dilation;
                        if (t >= past) multiply<M, 4>(sums, {x + (t - past) * R, R, 2, w + tap * R * 64, 128, R / 2});
                    }
#pragma GCC unroll 8
                    for (int m = 0; m < M; ++m) {
                        const __m512 f0 = _mm512_add_ps(sums[m][0], _mm512_loadu_ps(frame));
                        const __m512 f1 = _mm512_add_ps(sums[m][1], _mm512_loadu_ps(frame + 16));
                        const __m512 g0 = _mm512_add_ps(sums[m][2], _mm512_loadu_ps(frame + G));
                        const __m512 g1 = _mm512_add_ps(sums[m][3], _mm512_loadu_ps(frame + G + 16));
                        narrow(z + (t + m) * 2 * G + c, f0, f1);
                        narrow(z + (t + m) * 2 * G + G + c, g0, g1);
                        const __m512 h0 = _mm512_mul_ps(tanh_(f0), sigmoid(g0));
                        const __m512 h1 = _mm512_mul_ps(tanh_(f1), sigmoid(g1));
                        narrow(h + (t + m) * s.layers * G + c, h0, h1);
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
                rows = next_rows(tile.end - t);
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    __m512 sums[M][V];
                    clear<M, V>(sums);
                    multiply<M, V>(sums, {local + (t - tile.start) * G, G, 2, w, 32 * V, G / 2});
#pragma GCC unroll 8
                    for (int m = 0; m < M; ++m)
#pragma GCC unroll 8
                        for (int v = 0; v < V; ++v) {
                            float* at = x + (t + m) * R + c + 16 * v;
                            __m512 sum = _mm512_add_ps(sums[m][v], _mm512_loadu_ps(bias + 16 * v));
                            sum = _mm512_mul_ps(_mm512_add_ps(sum, _mm512_loadu_ps(at)), scale);
                            _mm512_storeu_ps(at, sum);
                            narrow(next + (t + m) * R + c + 16 * v, sum);
                        }
                });
            }
        }
    }
};

void forward_thread(const Shape& s, const Forward& f, Crew& crew) {
    std::vector<bf16> local(TILE * s.gate);
    crew.share(s.layers, [&](int64_t part) {
        for (const Tile& tile : tiles_of(s, part)) {
            const int64_t first = tile.sequence * s.time * s.residual;
            for (int64_t i = first + tile.start * s.residual; i < first + tile.end * s.residual; i += 16)
                narrow(f.inputs + i, _mm512_loadu_ps(f.x + i));
        }
    });
    for (int64_t layer = 0; layer < s.layers; ++layer) {
        crew.meet();
        const ForwardLayer work{s, f, layer, s.dilations[layer]};
        crew.share(layer, [&](int64_t part) {
            for (const Tile& tile : tiles_of(s, part)) {
                work.gate(tile, local.data());
                if (layer + 1 == s.layers) continue;  // the last layer's residual output leads nowhere
                if (s.residual % 64 == 0) work.residual<4>(tile, local.data());
                else work.residual<2>(tile, local.data());
            }
        });
    }
}

// ---- backward -------------------------------------------------------------------------------------------

struct Room {
    std::vector<bf16> x, z, r, h;  // interleaved
};

struct BackwardLayer {
    const Shape& s;
    const Backward& b;
    int64_t layer, dilation;

    bool last() const { return layer + 1 == s.layers; }

    // d_z of a tile, and its sums over time.
    template <int V>
    void gate(const Tile& tile, int64_t part) const {
        const int64_t R = s.residual, G = s.gate, S = s.skip, first = tile.sequence * s.time;
        const bf16* z = b.z + (layer * s.batch * s.time + first) * 2 * G;
        const bf16 *d_skip = b.d_skip + first * S, *d_r = b.d_r + first * R;
        bf16* target = b.d_z + first * 2 * G;
        float* d_bias = b.d_bias + ((part * s.layers + layer) * s.batch + tile.sequence) * s.frames * 2 * G;
        const bf16 *w_residual = b.residual + layer * R * G, *w_skip = b.skip + layer * S * G;
        const __m512 one = _mm512_set1_ps(1.0f);
        for (int64_t c = 0; c < G; c += 16 * V) {
            for (int64_t t = tile.start, rows; t < tile.end; t += rows) {
                rows = std::min(next_rows(tile.end - t), s.hop - t % s.hop);
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    __m512 sums[M][V];
                    clear<M, V>(sums);
                    multiply<M, V>(sums, {d_skip + t * S, S, 2, w_skip + c * S, 32 * V, S / 2});
                    if (!last()) multiply<M, V>(sums, {d_r + t * R, R, 2, w_residual + c * R, 32 * V, R / 2});
                    for (int v = 0; v < V; ++v) {
                        const int64_t at = c + 16 * v;
                        __m512 of_filter = _mm512_setzero_ps(), of_gate = of_filter;
#pragma GCC unroll 8
                        for (int m = 0; m < M; ++m) {
                            const bf16* row = z + (t + m) * 2 * G + at;
                            const __m512 d = sums[m][v];
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
    void of_weights(const Tile& tile, int64_t part, Room& room) const {
        const int64_t R = s.residual, G = s.gate, first = tile.sequence * s.time;
        const int64_t rows = tile.end - tile.start, pairs = (rows + 1) / 2;
        const bf16* x = b.inputs + (layer * s.batch * s.time + first) * R;
        float* d_dilated = b.d_dilated + (part * s.layers + layer) * 2 * G * s.taps * R;
        interleave(room.z.data(), b.d_z + (first + tile.start) * 2 * G, 2 * G, rows, 0, 2 * G);
        for (int64_t tap = 0; tap < s.taps; ++tap) {
            const int64_t from = tile.start - (s.taps - 1 - tap) * dilation;
            interleave(room.x.data(), x + from * R, R, rows, -from, R);
            add_outer<VR>(d_dilated + tap * R, s.taps * R, room.z.data(), 2 * G, room.x.data(), R, pairs);
        }
        if (last()) return;
        const int64_t at = first + tile.start;
        interleave(room.r.data(), b.d_r + at * R, R, rows, 0, R);
        interleave(room.h.data(), b.h + at * s.layers * G + layer * G, s.layers * G, rows, 0, G);
        float* d_residual = b.d_residual + (part * s.layers + layer) * R * G;
        add_outer<VG>(d_residual, G, room.r.data(), R, room.h.data(), G, pairs);
    }

    // d_x of a tile, by this layer's input; for the layer before, d_r and its sum over time.
    template <int V>
    void of_input(const Tile& tile, int64_t part) const {
        const int64_t R = s.residual, G = s.gate, first = tile.sequence * s.time;
        const bf16* source = b.d_z + first * 2 * G;
        float* d_x = b.d_x + first * R;
        bf16* d_r = b.d_r + first * R;
        const bf16* w = b.dilated + layer * s.taps * 2 * G * R;
        const __m512 scale = _mm512_set1_ps(s.residual_scale);
        for (int64_t c = 0; c < R; c += 16 * V, w += 2 * G * 16 * V) {
            float* d_bias = layer ? b.d_residual_bias + (part * s.layers + layer - 1) * R + c : nullptr;
            for (int64_t t = tile.start, rows; t < tile.end; t += rows) {
                rows = next_rows(tile.end - t);
                for (int64_t tap = 1; tap < s.taps; ++tap)
                    if (t < s.time - tap * dilation) rows = std::min(rows, s.time - tap * dilation - t);
                with_rows(rows, [&](auto count) {
                    constexpr int M = count();
                    __m512 sums[M][V];
                    clear<M, V>(sums);
                    for (int64_t tap = 0; tap < s.taps; ++tap) {
                        const int64_t later = t + (s.taps - 1 - tap) * dilation;
                        const bf16* taps = w + tap * 2 * G * R;
                        if (later < s.time) multiply<M, V>(sums, {source + later * 2 * G, 2 * G, 2, taps, 32 * V, G});
                    }
#pragma GCC unroll 8
                    for (int v = 0; v < V; ++v) {
                        __m512 total = _mm512_setzero_ps();
#pragma GCC unroll 8
                        for (int m = 0; m < M; ++m) {
                            float* at = d_x + (t + m) * R + c + 16 * v;
                            __m512 sum = sums[m][v];
                            if (!last()) sum = _mm512_fmadd_ps(_mm512_loadu_ps(at), scale, sum);
                            _mm512_storeu_ps(at, sum);
                            const __m512 scaled = _mm512_mul_ps(sum, scale);
                            narrow(d_r + (t + m) * R + c + 16 * v, scaled);
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
void backward_thread(const Shape& s, const Backward& b, Crew& crew) {
    Room room;
    room.x.resize(TILE * s.residual), room.r.resize(TILE * s.residual);
    room.z.resize(TILE * 2 * s.gate), room.h.resize(TILE * s.gate);
    for (int64_t layer = s.layers - 1; layer >= 0; --layer) {
        const BackwardLayer work{s, b, layer, s.dilations[layer]};
        crew.share(2 * layer + 1, [&](int64_t part) {
            for (const Tile& tile : tiles_of(s, part)) {
                work.gate<VG>(tile, part);
                work.of_weights<VR, VG>(tile, part, room);
            }
        });
        crew.meet();
        crew.share(2 * layer, [&](int64_t part) {
            for (const Tile& tile : tiles_of(s, part)) work.of_input<VR>(tile, part);
        });
        crew.meet();
    }
}

}  // namespace

extern "C" void stack_forward(const Shape* s, const Forward* f) {
    Crew crew(*s, s->layers + 1);
    crew.run([&] { forward_thread(*s, *f, crew); });
}

extern "C" void stack_backward(const Shape* s, const Backward* b) {
    Crew crew(*s, 2 * s->layers);
    crew.run([&] {
        const bool r = s->residual % 64 == 0, g = s->gate % 64 == 0;
        if (r && g) backward_thread<4, 4>(*s, *b, crew);
        else if (r) backward_thread<4, 2>(*s, *b, crew);
        else if (g) backward_thread<2, 4>(*s, *b, crew);
        else backward_thread<2, 2>(*s, *b, crew);
    });
}
