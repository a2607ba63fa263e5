// Products of matrices in bfloat16, summed in float32: by vectors (AVX-512 BF16), or by AMX's tiles.
//
// A packed matrix [inputs, outputs] lies as [outputs / 64][inputs / 2][64][2], blocks of 32 where the outputs
// are no multiple of 64: a vector takes two inputs for 16 outputs of it, a tile of AMX 32 inputs for as many.

#pragma once

#include <algorithm>
#include <type_traits>

#include "vectors.h"

constexpr int ROWS = 6;       // of a product at a time: 6 x 4 sums, 4 weights and an input fill the registers
constexpr int AMX_ROWS = 16;  // with AMX: 4 tiles of sums, one of inputs and three of weights fill its registers

struct Product {
    const bf16* a;  // row m, pair p at a + m * row + p * step; step is 2 and pairs a multiple of 16 for AMX
    int64_t row, step;
    const bf16* b;  // pair p at b + p * b_step
    int64_t b_step, pairs;
};

// Sums of products: M rows of V vectors.
template <int M, int V>
struct Sums {
    __m512 at[M][V];

    // Before anything is added.
    [[gnu::always_inline]] inline void clear() {
#pragma GCC unroll 8
        for (int m = 0; m < M; ++m)
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) at[m][v] = _mm512_setzero_ps();
    }

    [[gnu::always_inline]] inline void load(const float* source, int64_t stride) {
#pragma GCC unroll 8
        for (int m = 0; m < M; ++m)
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) at[m][v] = _mm512_loadu_ps(source + m * stride + 16 * v);
    }

    [[gnu::always_inline]] inline void add(const Product& product) {
        const bf16 *a = product.a, *b = product.b;
        for (int64_t p = 0; p < product.pairs; ++p, a += product.step, b += product.b_step) {
            __m512bh w[V];
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) w[v] = weights(b + 32 * v);
#pragma GCC unroll 8
            for (int m = 0; m < M; ++m) {
                const __m512bh x = pair(a + m * product.row);
#pragma GCC unroll 8
                for (int v = 0; v < V; ++v) at[m][v] = _mm512_dpbf16_ps(at[m][v], x, w[v]);
            }
        }
    }

    // When everything is added; `at` is not to be read before.
    [[gnu::always_inline]] inline void finish() {}

    [[gnu::always_inline]] inline void store(float* target, int64_t stride) const {
#pragma GCC unroll 8
        for (int m = 0; m < M; ++m)
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) _mm512_storeu_ps(target + m * stride + 16 * v, at[m][v]);
    }
};

// The same in tiles 0 to V - 1 of AMX; 2 or 4 vectors.
template <int V>
struct Sums<AMX_ROWS, V> {
    static_assert(V == 2 || V == 4);
    alignas(64) __m512 at[AMX_ROWS][V];

    [[gnu::always_inline]] inline void clear() {
        _tile_zero(0);
        _tile_zero(1);
        if constexpr (V == 4) {
            _tile_zero(2);
            _tile_zero(3);
        }
    }

    [[gnu::always_inline]] inline void load(const float* source, int64_t stride) {
        written();
        _tile_loadd(0, source, 4 * stride);
        _tile_loadd(1, source + 16, 4 * stride);
        if constexpr (V == 4) {
            _tile_loadd(2, source + 32, 4 * stride);
            _tile_loadd(3, source + 48, 4 * stride);
        }
    }

    [[gnu::always_inline]] inline void add(const Product& product) {
        const bf16 *a = product.a, *b = product.b;
        written();
        for (int64_t p = 0; p < product.pairs; p += 16, a += 32, b += 16 * product.b_step) {
            _tile_loadd(4, a, 2 * product.row);
            _tile_loadd(5, b, 2 * product.b_step);
            _tile_dpbf16ps(0, 4, 5);
            _tile_loadd(6, b + 32, 2 * product.b_step);
            _tile_dpbf16ps(1, 4, 6);
            if constexpr (V == 4) {
                _tile_loadd(7, b + 64, 2 * product.b_step);
                _tile_dpbf16ps(2, 4, 7);
                _tile_loadd(5, b + 96, 2 * product.b_step);
                _tile_dpbf16ps(3, 4, 5);
            }
        }
    }

    [[gnu::always_inline]] inline void finish() { store(reinterpret_cast<float*>(at), 16 * V); }

    [[gnu::always_inline]] inline void store(float* target, int64_t stride) const {
        _tile_stored(0, target, 4 * stride);
        _tile_stored(1, target + 16, 4 * stride);
        if constexpr (V == 4) {
            _tile_stored(2, target + 32, 4 * stride);
            _tile_stored(3, target + 48, 4 * stride);
        }
        written();
    }

    // Some compilers do not know that loading a tile reads memory: nothing may wait to be stored then.
    static void written() { asm volatile("" ::: "memory"); }
};

// AMX's registers of the thread that this is made in, all of them 16 rows of 64 bytes.
class Tiles {
  public:
    explicit Tiles(bool used) : used(used) {
        if (!used) return;
        struct alignas(64) {
            uint8_t palette = 1, start = 0, reserved[14] = {};
            uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
            uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
        } shapes;
        _tile_loadconfig(&shapes);
    }
    ~Tiles() {
        if (used) _tile_release();
    }
    Tiles(const Tiles&) = delete;
    Tiles& operator=(const Tiles&) = delete;

  private:
    bool used;
};

// How many of the `left` rows to take next, so that no last block is too thin to keep the units busy.
inline int64_t next_rows(int64_t left, bool amx) {
    if (amx && left >= AMX_ROWS) return AMX_ROWS;
    return left == 8 || left == 7 ? 4 : std::min<int64_t>(left, ROWS);
}

// `body` is called with the number of rows as a constant.
template <class Body>
inline void with_rows(int64_t rows, const Body& body) {
    switch (rows) {
        case AMX_ROWS: return body(std::integral_constant<int, AMX_ROWS>());
        case 6: return body(std::integral_constant<int, 6>());
        case 5: return body(std::integral_constant<int, 5>());
        case 4: return body(std::integral_constant<int, 4>());
        case 3: return body(std::integral_constant<int, 3>());
        case 2: return body(std::integral_constant<int, 2>());
        default: return body(std::integral_constant<int, 1>());
    }
}
