#define LANES 32
#define WARPS 8    // of a block; each makes one head of one token
#define EACH 3     // places of a lane, at most
#define WHOLE 0xffffffffu

// float queries[batch, count, channels], keys and values[batch, ring + count, channels], turned to
// their places; token i sees the places i ... i + ring of which `seen` were there before. Sums are in
// an order that depends on the places as the token sees them alone.
extern "C" __global__ void hear(
    const float* queries, const float* keys, const float* values, const long long* seen, float* out,
    int tokens, int count, int ring, int heads, int width, double scale
) {
    int lane = threadIdx.x, item = blockIdx.x * WARPS + threadIdx.y;
    int token = item % count, head = item / count % heads, row = item / count / heads;
    if (row >= tokens) return;
    int channels = heads * width;
    const float* query = queries + ((long long)row * count + token) * channels + head * width;
    long long from = ((long long)row * (ring + count) + token) * channels + head * width;
    const float* key = keys + from;
    const float* value = values + from;
    long long missing = ring - seen[row] - token;  // of what this token sees
    float score[EACH], most = -3.0e38f, all = 0;
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int place = lane + LANES * i;
        score[i] = -3.0e38f;
        if (place > ring || place < missing) continue;
        const float4* at = (const float4*)(key + (long long)place * channels);
        float sum = 0;
        for (int c = 0; c < width / 4; c++) {
            float4 k = at[c], q = ((const float4*)query)[c];
            sum = fmaf(k.x, q.x, sum);
            sum = fmaf(k.y, q.y, sum);
            sum = fmaf(k.z, q.z, sum);
            sum = fmaf(k.w, q.w, sum);
        }
        score[i] = sum * (float)scale;
        most = fmaxf(most, score[i]);
    }
    for (int other = LANES / 2; other; other /= 2)
        most = fmaxf(most, __shfl_xor_sync(WHOLE, most, other));
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        score[i] = score[i] > -2.9e38f ? expf(score[i] - most) : 0;
        all += score[i];
    }
    for (int other = LANES / 2; other; other /= 2) all += __shfl_xor_sync(WHOLE, all, other);
    float* to = out + ((long long)row * count + token) * channels + head * width;
    for (int at = 0; at < width; at += LANES) {
        float sum = 0;
#pragma unroll
        for (int i = 0; i < EACH; i++)
            for (int place = 0; place < LANES && place + LANES * i <= ring; place++) {
                float share = __shfl_sync(WHOLE, score[i], place);
                int c = at + lane;
                if (c < width) sum = fmaf(share, value[(long long)(place + LANES * i) * channels + c], sum);
            }
        if (at + lane < width) to[at + lane] = sum / all;
    }
}
