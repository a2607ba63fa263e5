/* One draw from the outputs, by the rules of engine/wavenet/{distributions,continuous,philox}.py. Integers where sums
 * decide, so that their order does not matter; no double precision, which not every card has. */

#define ROUNDS 10
#define RANGE 4294967296.0f
#define WHOLE 1073741824.0f

typedef struct {
    float temperature;
    int top_k;
    int top_p;   /* in steps of 2^-24 */
    u32 word[4];
} Draw;

/* The four words of Philox4x32-10 at a counter under a key. */
DEVICE void philox(u64 seed, u64 index, Draw *draw)
{
    u32 c0 = (u32)index, c1 = (u32)(index >> 32), c2 = 0, c3 = 0, k0 = (u32)seed, k1 = (u32)(seed >> 32);
    UNROLL
    for (int round = 0; round < ROUNDS; round++) {
        const u32 high0 = HIGH_HALF(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
        const u32 high1 = HIGH_HALF(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ k0, c1 = low1, c2 = high0 ^ c3 ^ k1, c3 = low0;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    draw->word[0] = c0, draw->word[1] = c1, draw->word[2] = c2, draw->word[3] = c3;
}

#if KIND == SOFTMAX

/* Each code's rank among all by its weight, equal ones by their code, and the sum of those ahead of it. */
DEVICE void rank(SHARED Room *room)
{
    for (int i = ITEM; i < LEVELS; i += ITEMS) {
        const int own = room->weights[i];
        int larger = 0;
        u64 sum = 0;
        UNROLL
        for (int j = 0; j < LEVELS; j++) {
            const int other = room->weights[j], before = other > own || (other == own && j < i);
            larger += before;
            sum += before ? (u64)other : 0;
        }
        room->ranks[i] = larger, room->ahead[i] = sum;
    }
}

/* Zeroes the weights that top-k, then top-p leave out. */
DEVICE void keep(SHARED Room *room, const Draw *draw)
{
    const int most = draw->top_k > 0 && draw->top_k < LEVELS ? draw->top_k : LEVELS;
    const int all = most == LEVELS && draw->top_p >= 1 << 24;
    if (!all)
        rank(room);
    BARRIER();
    for (int i = ITEM; i < LEVELS; i += ITEMS)
        if (!all && room->ranks[i] == most - 1)
            room->reach = room->ahead[i] + (u64)room->weights[i];
    BARRIER();
    const u64 wanted = (room->reach * (u64)draw->top_p + 0xffffffu) >> 24;
    for (int i = ITEM; i < LEVELS; i += ITEMS)
        if (!all && (room->ranks[i] >= most || room->ahead[i] >= wanted))
            room->weights[i] = 0;
    BARRIER();
}

/* The code whose share of the summed weights holds the random word; at temperature 0 the first of the largest. */
DEVICE void draw_code(SHARED Room *room, const Draw *draw, float log_scale_min)
{
    float peak = room->out[0];
    int first = 0;
    UNROLL
    for (int i = 1; i < LEVELS; i++) {
        first = room->out[i] > peak ? i : first;
        peak = room->out[i] > peak ? room->out[i] : peak;
    }
    for (int i = ITEM; i < LEVELS; i += ITEMS)
        room->weights[i] = draw->temperature == 0.0f
            ? (i == first ? 1 << 30 : 0)
            : (int)(EXP((room->out[i] - peak) / draw->temperature) * WHOLE + 0.5f);
    BARRIER();
    keep(room, draw);
    u64 total = 0;
    UNROLL
    for (int i = 0; i < LEVELS; i++)
        total += (u64)room->weights[i];
    const u64 left = ((draw->word[0] >> 8) * total) >> 24;
    for (int i = ITEM; i < LEVELS; i += ITEMS) {
        u64 before = 0;
        UNROLL
        for (int j = 0; j < i; j++)
            before += (u64)room->weights[j];
        if (before <= left && left < before + (u64)room->weights[i])
            room->drawn = i;
    }
}

#else

/* The nearest 16-bit code of an amplitude. */
DEVICE int to_code(float amplitude)
{
    const float code = NEAREST_EVEN(amplitude * (float)FULL_SCALE);
    return code < -32768.0f ? -32768 : code > 32767.0f ? 32767 : (int)code;
}

#endif

#if KIND == GAUSSIAN

/* Box and Muller's transform. */
DEVICE void draw_code(SHARED Room *room, const Draw *draw, float log_scale_min)
{
    if (ITEM != 0)
        return;
    const float scale = EXP(room->out[1] < log_scale_min ? log_scale_min : room->out[1]);
    const float radius = SQRT(-2.0f * LOG(((float)draw->word[1] + 0.5f) / RANGE));
    const float angle = 6.2831853071795865f * ((float)draw->word[2] / RANGE);
    const float away = draw->temperature == 0.0f ? 0.0f : draw->temperature * scale * radius * COS(angle);
    room->drawn = to_code(room->out[0] + away);
}

#elif KIND == LOGISTICS

/* The first of the largest shares that are not taken yet, which it takes. */
DEVICE float take_largest(SHARED Room *room)
{
    int best = -1;
    UNROLL
    for (int i = 0; i < COMPONENTS; i++)
        if (!room->taken[i] && (best < 0 || room->shares[i] > room->shares[best]))
            best = i;
    room->taken[best] = 1;
    return room->shares[best];
}

DEVICE void forget_taken(SHARED Room *room)
{
    UNROLL
    for (int i = 0; i < COMPONENTS; i++)
        room->taken[i] = 0;
}

/* Shares of the components after top-k, then top-p; those left out are 0. */
DEVICE void keep(SHARED Room *room, const Draw *draw)
{
    const int most = draw->top_k > 0 && draw->top_k < COMPONENTS ? draw->top_k : COMPONENTS;
    float total = 0.0f, reached = 0.0f;
    forget_taken(room);
    for (int i = 0; i < most; i++)
        total += take_largest(room);
    forget_taken(room);
    for (int i = 0; i < most && (i == 0 || reached < total * ((float)draw->top_p / 16777216.0f)); i++)
        reached += take_largest(room);
    UNROLL
    for (int i = 0; i < COMPONENTS; i++)
        if (!room->taken[i])
            room->shares[i] = 0.0f;
}

/* The component whose share of the sum holds the random word. */
DEVICE int find_component(SHARED const Room *room, u32 word)
{
    float total = 0.0f;
    int last = 0;
    UNROLL
    for (int i = 0; i < COMPONENTS; i++)
        total += room->shares[i];
    float left = (float)word / RANGE * total;
    UNROLL
    for (int i = 0; i < COMPONENTS; i++) {
        if (room->shares[i] == 0.0f)
            continue;
        if (left < room->shares[i])
            return i;
        left -= room->shares[i];
        last = i;
    }
    return last;
}

DEVICE void draw_code(SHARED Room *room, const Draw *draw, float log_scale_min)
{
    if (ITEM != 0)
        return;
    int best = 0;
    UNROLL
    for (int i = 1; i < COMPONENTS; i++)
        best = room->out[i] > room->out[best] ? i : best;
    if (draw->temperature == 0.0f) {
        room->drawn = to_code(room->out[COMPONENTS + best]);
        return;
    }
    UNROLL
    for (int i = 0; i < COMPONENTS; i++)
        room->shares[i] = EXP((room->out[i] - room->out[best]) / draw->temperature);
    if ((draw->top_k > 0 && draw->top_k < COMPONENTS) || draw->top_p < 1 << 24)
        keep(room, draw);
    const int chosen = find_component(room, draw->word[0]);
    const float log_scale = room->out[2 * COMPONENTS + chosen];
    const float scale = EXP(log_scale < log_scale_min ? log_scale_min : log_scale);
    /* ln(u / (1 - u)), 1 - u not as a difference: near 1 float32 has no room for it. */
    const float away = LOG((float)draw->word[1] + 0.5f) - LOG((float)~draw->word[1] + 0.5f);
    room->drawn = to_code(room->out[COMPONENTS + chosen] + draw->temperature * scale * away);
}

#endif
