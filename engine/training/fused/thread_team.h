// What is to be computed, the parts that its samples are cut into, and the threads that take them.

#pragma once

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <thread>
#include <vector>

constexpr int TILE = 192;  // samples: a multiple of the rows of a product, and of 32

struct Shape {
    int64_t batch, time, layers, taps, residual, gate, skip, frames, hop, parts, threads;
    int64_t amx;  // whether products are made by tiles; skip is a multiple of 32 then
    float residual_scale;
    const int64_t* dilations;
};

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
class ThreadTeam {
  public:
    ThreadTeam(const Shape& s, int64_t phases)
        : parts(s.parts), threads(s.threads), taken(phases), all_here(s.threads) {}

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
