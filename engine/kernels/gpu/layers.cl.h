/* One sample through the layers and the head. Every function is called by all items of a group together. */

/* Parts that a sum of each of so many outputs is cut into, so that no item rests. */
#define PARTS(outputs) ((outputs) < ITEMS ? ITEMS / (outputs) : 1)
/* Where there is one part, an output's sum is read by the very item that made it. */
#define JOIN(outputs) if (PARTS(outputs) > 1) BARRIER()

/* partial = W x, W [length, outputs]. */
DEVICE void products(GLOBAL const WEIGHT *w, SHARED const float *x, SHARED float *partial, int outputs, int length)
{
    const int parts = PARTS(outputs);
    for (int at = ITEM; at < outputs * parts; at += ITEMS) {
        const int o = at % outputs, part = at / outputs;
        const int first = length * part / parts, last = length * (part + 1) / parts;
        float sum = 0.0f;
        UNROLL
        for (int k = first; k < last; k++)
            sum = FMA(LOAD(w, k * outputs + o), x[k], sum);
        partial[at] = sum;
    }
}

DEVICE float joined(SHARED const float *partial, int o, int outputs)
{
    float sum = partial[o];
    for (int part = 1; part < PARTS(outputs); part++)
        sum += partial[part * outputs + o];
    return sum;
}

/* The first layer's input from the code heard last; the skip sum begins. */
DEVICE void embed(const Call *call, SHARED Room *room)
{
    GLOBAL const float *embedding = call->constants + EMBEDDING;
    const int code = room->heard;
#if SCALAR_INPUT
    const float value = KIND == SOFTMAX ? (float)code * (2.0f / 255.0f) - 1.0f : (float)code / (float)FULL_SCALE;
    for (int r = ITEM; r < RESIDUAL; r += ITEMS)
        room->x[r] = FMA(embedding[r], value, embedding[RESIDUAL + r]);
#else
    const int level = KIND == SOFTMAX ? code : call->nearest[code & 0xffff];
    for (int r = ITEM; r < RESIDUAL; r += ITEMS)
        room->x[r] = embedding[level * RESIDUAL + r];
#endif
    for (int s = ITEM; s < SKIP; s += ITEMS)
        room->skip[s] = call->biases[LAYERS * Z + s];
}

/* start = biases + W_local row, for all layers, where sample t of a call has another row than the one before it. */
DEVICE void condition(const Call *call, SHARED Room *room, int t)
{
#if LOCAL_CHANNELS
    const float mix = call->mix[t];
    const int turns = t == 0 || call->index[t] != call->index[t - 1] || mix != call->mix[t - 1];
    GLOBAL const float *row = call->rows + call->index[t] * LOCAL_CHANNELS;
    if (turns)
        for (int c = ITEM; c < LOCAL_CHANNELS; c += ITEMS)
            room->row[c] = mix == 0.0f ? row[c] : row[c] * (1.0f - mix) + row[LOCAL_CHANNELS + c] * mix;
    BARRIER();
    if (turns)
        for (int i = ITEM; i < LAYERS * Z; i += ITEMS) {
            float sum = call->biases[i];
            UNROLL
            for (int c = 0; c < LOCAL_CHANNELS; c++)
                sum = FMA(LOAD(call->weights, LOCAL_AT + c * LAYERS * Z + i), room->row[c], sum);
            call->start[i] = sum;
        }
#endif
}

/* past = start + W_prev x[t - d], for all layers: no layer waits for another here. */
DEVICE void look_back(const Call *call, SHARED Room *room)
{
    for (int i = ITEM; i < LAYERS * Z; i += ITEMS) {
        const int layer = i / Z, o = i % Z, length = ring_length(call, layer);
        float sum = LOCAL_CHANNELS ? call->start[i] : call->biases[i];
        for (int tap = 0; tap < TAPS - 1; tap++) {
            int place = room->places[layer] - (TAPS - 1 - tap) * call->tables[DILATIONS + layer];
            place = place < 0 ? place + length : place;
            GLOBAL const float *x = call->ring + (ring_start(call, layer) + place) * RESIDUAL;
            GLOBAL const WEIGHT *w = call->weights + PAST_AT + (layer * (TAPS - 1) + tap) * RESIDUAL * Z + o;
            UNROLL
            for (int r = 0; r < RESIDUAL; r++)
                sum = FMA(LOAD(w, r * Z), x[r], sum);
        }
        call->past[i] = sum;
    }
}

/* h = tanh(z_filter) sigmoid(z_gate), z = past + W_cur x; skip += W_skip h; x = (x + W_res h + b) · scale. */
DEVICE void run_layer(const Call *call, SHARED Room *room, int layer)
{
    const int place = ring_start(call, layer) + room->places[layer];
    GLOBAL const float *past = call->past + layer * Z;
    products(call->weights + CURRENT_AT + layer * RESIDUAL * Z, room->x, room->partial, Z, RESIDUAL);
    for (int r = ITEM; r < RESIDUAL; r += ITEMS)
        call->ring[place * RESIDUAL + r] = room->x[r];
    BARRIER();
    for (int g = ITEM; g < GATE; g += ITEMS) {
        const float filter = past[g] + joined(room->partial, g, Z);
        const float gate = past[GATE + g] + joined(room->partial, GATE + g, Z);
        room->h[g] = TANH(filter) / (1.0f + EXP(-gate));
    }
    BARRIER();
    products(call->weights + STEPPED_AT + layer * GATE * STEPPED, room->h, room->partial, STEPPED, GATE);
    JOIN(STEPPED);
    for (int o = ITEM; o < STEPPED; o += ITEMS) {
        const float sum = joined(room->partial, o, STEPPED);
        if (o < RESIDUAL)
            room->x[o] = (room->x[o] + sum + call->constants[RESIDUAL_BIAS + layer * RESIDUAL + o]) * RESIDUAL_SCALE;
        else
            room->skip[o - RESIDUAL] += sum;
    }
    BARRIER();
}

/* Every ring's place goes on to the next sample's. */
DEVICE void move_on(const Call *call, SHARED Room *room)
{
    for (int layer = ITEM; layer < LAYERS; layer += ITEMS)
        room->places[layer] = room->places[layer] + 1 < ring_length(call, layer) ? room->places[layer] + 1 : 0;
}

/* Notes where x or an output is NaN or infinite. */
DEVICE void check(SHARED Room *room, SHARED const float *values, int width)
{
    for (int i = ITEM; i < width; i += ITEMS)
        if (!is_finite(values[i]))
            room->finite = 0;
}

/* relu, 1x1, relu, 1x1 from the skip sum to the outputs. */
DEVICE void run_head(const Call *call, SHARED Room *room)
{
    for (int s = ITEM; s < SKIP; s += ITEMS)
        room->skip[s] = rectified(room->skip[s]);
    BARRIER();
    products(call->weights + HEAD_AT, room->skip, room->partial, HEAD, SKIP);
    JOIN(HEAD);
    for (int o = ITEM; o < HEAD; o += ITEMS)
        room->hidden[o] = rectified(joined(room->partial, o, HEAD) + call->constants[HEAD_BIAS + o]);
    BARRIER();
    products(call->weights + OUTPUT_AT, room->hidden, room->partial, OUTPUTS, HEAD);
    JOIN(OUTPUTS);
    for (int o = ITEM; o < OUTPUTS; o += ITEMS)
        room->out[o] = joined(room->partial, o, OUTPUTS) + call->constants[OUTPUT_BIAS + o];
    BARRIER();
    check(room, room->out, OUTPUTS);
}
