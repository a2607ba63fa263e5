/* What a work-group keeps beside its items, and what a call is about.
 *
 * Given by the host before this text: ITEMS, LAYERS, TAPS, RESIDUAL, GATE, SKIP, HEAD, OUTPUTS, LOCAL_CHANNELS,
 * COMPONENTS, PARTIALS, RESIDUAL_SCALE, LOG_SCALE_MIN, SCALAR_INPUT, HALF, and KIND, one of: */

#define SOFTMAX 0
#define LOGISTICS 1
#define GAUSSIAN 2

#define LEVELS 256
#define FULL_SCALE 32768
#define Z (2 * GATE)
#define STEPPED (RESIDUAL + SKIP)

/* Where each matrix begins; all lie with their outputs side by side, so that neighbours read neighbours. */
#define PAST_AT 0
#define CURRENT_AT (PAST_AT + LAYERS * (TAPS - 1) * RESIDUAL * Z)
#define STEPPED_AT (CURRENT_AT + LAYERS * RESIDUAL * Z)
#define HEAD_AT (STEPPED_AT + LAYERS * GATE * STEPPED)
#define OUTPUT_AT (HEAD_AT + SKIP * HEAD)
#define LOCAL_AT (OUTPUT_AT + HEAD * OUTPUTS)

/* Of the float constants. */
#define RESIDUAL_BIAS 0
#define HEAD_BIAS (LAYERS * RESIDUAL)
#define OUTPUT_BIAS (HEAD_BIAS + HEAD)
#define EMBEDDING (OUTPUT_BIAS + OUTPUTS)

/* Of the integer constants. */
#define DILATIONS 0
#define RING_STARTS LAYERS
#define LINEAR (2 * LAYERS + 1)

/* What is wanted of the outputs. */
#define NONE 0
#define LAST 1
#define ALL 2

typedef struct {
    float x[RESIDUAL];              /* the input of the layer whose turn it is */
    float h[GATE];                  /* its gated output */
    float skip[SKIP];
    float hidden[HEAD];
    float out[OUTPUTS];
    float partial[PARTIALS];        /* parts of sums, by their items */
    float row[LOCAL_CHANNELS + 1];  /* the local condition of the sample */
    int places[LAYERS];             /* the row of each ring that the sample goes to */
#if KIND == SOFTMAX
    int weights[LEVELS];            /* chances of the codes, the largest 2^30 … */
    int ranks[LEVELS];              /* … how many are larger … */
    u64 ahead[LEVELS];              /* … and the sum of those */
    u64 reach;                      /* the sum of those that top-k keeps */
#elif KIND == LOGISTICS
    float shares[COMPONENTS];
    u8 taken[COMPONENTS];
#endif
    int drawn;
    int heard;                      /* the last code, as the stream hears it */
    int finite;
} Room;

typedef struct {
    GLOBAL const WEIGHT *weights;
    GLOBAL const float *constants;
    GLOBAL const int *tables;
    GLOBAL const u8 *nearest;       /* [65536]: the mu-law code nearest to each linear one, by its low 16 bits */
    GLOBAL const float *biases;     /* [LAYERS, Z], then [SKIP] */
    GLOBAL float *ring;             /* the stream's */
    GLOBAL float *past;             /* [LAYERS, Z]: what the sample's own input is added to … */
    GLOBAL float *start;            /* … and what of that does not come from the past, if rows are given */
    GLOBAL const float *rows;       /* [m, LOCAL_CHANNELS] */
    GLOBAL const int *index;        /* [n]: row of each sample … */
    GLOBAL const float *mix;        /* … and the share of the next one */
} Call;

DEVICE int ring_start(const Call *call, int layer) { return call->tables[RING_STARTS + layer]; }

DEVICE int ring_length(const Call *call, int layer) { return ring_start(call, layer + 1) - ring_start(call, layer); }

DEVICE int is_finite(float x) { return (BITS_OF(x) & 0x7f800000u) != 0x7f800000u; }

/* NaN stays NaN. */
DEVICE float rectified(float x) { return x < 0.0f ? 0.0f : x; }
