// The causal layers of a WaveNet in training, forward and backward, for processors with AVX-512 BF16, with or without AMX.
//
// What torch does in some forty passes over memory for each layer is one pass here: a tile of samples stays
// in the nearest caches while products, gate, residual connection and gradients are made of it. Products
// take bfloat16 and sum in float32; the residual path and all gradients of weights are float32.
//
// Shapes: B sequences, T samples, L layers, K taps; R residual, G gate and S skip channels; F frames of the
// condition; P parts of the samples, which threads take as they are free: sums do not depend on who took which.
// All arrays are row-major and contiguous. z holds filters before gates, as `dilated.weight` does.

#include <sys/syscall.h>
#include <unistd.h>

#include "backward.h"
#include "forward.h"

// Whether the system lets this process use AMX's tiles, which a processor that has them does not say.
extern "C" int64_t stack_may_use_amx() {
    constexpr long REQUEST = 0x1023, TILES = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    return syscall(SYS_arch_prctl, REQUEST, TILES) == 0;
}

extern "C" void stack_forward(const Shape* s, const Forward* f) {
    ThreadTeam team(*s, s->layers + 1);
    team.run([&] { forward_thread(*s, *f, team); });
}

extern "C" void stack_backward(const Shape* s, const Backward* b) {
    ThreadTeam team(*s, s->layers + 1);
    team.run([&] {
        const bool r = s->residual % 64 == 0, g = s->gate % 64 == 0;
        if (r && g) backward_thread<4, 4>(*s, *b, team);
        else if (r) backward_thread<4, 2>(*s, *b, team);
        else if (g) backward_thread<2, 4>(*s, *b, team);
        else backward_thread<2, 2>(*s, *b, team);
    });
}
