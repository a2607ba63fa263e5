/* The sample loop: one work-group a stream, from the last code to the drawn one, as often as is asked. */

/* What the model takes a code for whose share and offset are given: see codes.mix_feedback. */
DEVICE int feed_back(const Call *call, int code, int gain, int offset)
{
    if (gain == FULL_SCALE && offset == 0)
        return code;
    const int linear = KIND == SOFTMAX ? call->tables[LINEAR + code] : code;
    int total = ((linear * gain + FULL_SCALE / 2) >> 15) + offset;
    total = total < -FULL_SCALE ? -FULL_SCALE : total > FULL_SCALE - 1 ? FULL_SCALE - 1 : total;
    return KIND == SOFTMAX ? call->nearest[total & 0xffff] : total;
}

/* floats: temperature [n], mix [n], rows [m, LOCAL_CHANNELS]; ints: index [n], gain [n], offset [n].
 * results: codes [streams, n], then the samples that each stream made before one was not finite [streams]. */
#define PARAMETERS \
    GLOBAL const WEIGHT *weights, GLOBAL const float *constants, GLOBAL const int *tables, GLOBAL const u8 *nearest, \
    GLOBAL const float *biases, GLOBAL float *rings, GLOBAL int *previous, GLOBAL const u64 *seeds, \
    GLOBAL float *scratch, GLOBAL const float *floats, GLOBAL const int *ints, GLOBAL int *results, \
    GLOBAL float *outputs, u64 position, int streams, int n, int guided, int top_k, int top_p
#define ARGUMENTS \
    weights, constants, tables, nearest, biases, rings, previous, seeds, scratch, floats, ints, results, outputs, \
    position, streams, n, guided, top_k, top_p

/* Barriers stand where every item comes by whatever the numbers are: some drivers take no others. So the samples after
 * one that is not finite are made all the same, and thrown away by the host. */
DEVICE void run(SHARED Room *room, const int given, const int wanted, PARAMETERS)
{
    const int stream = GROUP;
    GLOBAL int *codes = results + stream * n;
    int made = n;
    Call call;
    call.weights = weights, call.constants = constants, call.tables = tables, call.nearest = nearest;
    call.biases = biases;
    call.ring = rings + (size_t)stream * tables[RING_STARTS + LAYERS] * RESIDUAL;
    call.past = scratch + (size_t)stream * 2 * LAYERS * Z, call.start = call.past + LAYERS * Z;
    call.rows = floats + 2 * n, call.index = ints, call.mix = floats + n;
    for (int layer = ITEM; layer < LAYERS; layer += ITEMS)
        room->places[layer] = (int)(position % (u64)ring_length(&call, layer));
    if (ITEM == 0)
        room->heard = previous[stream], room->finite = 1, room->drawn = 0;
    BARRIER();
    for (int t = 0; t < n; t++) {
        embed(&call, room);
        condition(&call, room, t);
        look_back(&call, room);
        BARRIER();
        for (int layer = 0; layer < LAYERS; layer++)
            run_layer(&call, room, layer);
        move_on(&call, room);
        check(room, room->x, RESIDUAL);
        if (wanted != NONE)
            run_head(&call, room);
        BARRIER();
        made = room->finite || made < n ? made : t;
        if (wanted == ALL || (wanted == LAST && t == n - 1)) {
            GLOBAL float *row = outputs + (size_t)(wanted == ALL ? stream * n + t : stream) * OUTPUTS;
            for (int o = ITEM; o < OUTPUTS; o += ITEMS)
                row[o] = room->out[o];
        }
        if (!given) {
            Draw draw;
            draw.temperature = floats[t], draw.top_k = top_k, draw.top_p = top_p;
            philox(seeds[stream], position + (u64)t, &draw);
            draw_code(room, &draw, LOG_SCALE_MIN);
            BARRIER();
        }
        if (ITEM == 0) {
            const int code = given ? codes[t] : room->drawn;
            codes[t] = code;
            room->heard = guided ? feed_back(&call, code, ints[n + t], ints[2 * n + t]) : code;
        }
        BARRIER();
    }
    if (ITEM == 0)
        previous[stream] = room->heard, results[streams * n + stream] = made;
}

/* Draws the samples. */
KERNEL(make)(PARAMETERS)
{
    ROOM(Room, room);
    run(room, 0, LAST, ARGUMENTS);
}

/* Hears samples that are given. */
KERNEL(feed)(PARAMETERS)
{
    ROOM(Room, room);
    run(room, 1, NONE, ARGUMENTS);
}

/* Hears samples that are given, and tells what was expected before each. */
KERNEL(score)(PARAMETERS)
{
    ROOM(Room, room);
    run(room, 1, ALL, ARGUMENTS);
}
