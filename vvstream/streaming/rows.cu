#define TALL 64   // rows, and
#define WIDE 64   // columns of a block,
#define DEEP 32   // and how much of the sums it makes at a time
#define PITCH 40  // halves from one row to the next, so that reads meet in no bank

typedef unsigned int Two;  // halves

__device__ Two pack(float low, float high) {
    Two both;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
    return both;
}

__device__ float2 unpack(Two both) {
    float2 each;
    asm("{.reg .b16 low, high; mov.b32 {low, high}, %2; cvt.f32.f16 %0, low; cvt.f32.f16 %1, high;}"
        : "=f"(each.x), "=f"(each.y) : "r"(both));
    return each;
}

__device__ void add(float* sum, const Two* a, const Two* b) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
        "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

extern "C" __global__ void __launch_bounds__(128) rows(
    const float* x, const Two* weight, const float* bias, float* y,
    int count, int width, int depth, int padded
) {
    __shared__ Two high[TALL][PITCH / 2], low[TALL][PITCH / 2], other[WIDE][PITCH / 2];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, group = lane / 4, place = lane % 4;
    int row = blockIdx.y * TALL, column = blockIdx.x * WIDE;
    int tall = warp / 2 * 32, wide = warp % 2 * 32;
    int x_row = threadIdx.x / 8, x_at = threadIdx.x % 8 * 4;
    int w_row = threadIdx.x / 4, w_at = threadIdx.x % 4 * 4;
    bool aligned = depth % 4 == 0;
    float4 coming[4];
    uint4 weights[2];
    float sum[2][4][4] = {}, rest[2][4][4] = {};

    for (int from = -DEEP; from < padded; from += DEEP) {
        if (from >= 0) {
            for (int i = 0; i < 4; i++) {
                float4 v = coming[i];
                Two first = pack(v.x, v.y), second = pack(v.z, v.w);
                float2 one = unpack(first), two = unpack(second);
                int at = x_at / 2;
                high[x_row + 16 * i][at] = first;
                high[x_row + 16 * i][at + 1] = second;
                low[x_row + 16 * i][at] = pack((v.x - one.x) * 2048, (v.y - one.y) * 2048);
                low[x_row + 16 * i][at + 1] = pack((v.z - two.x) * 2048, (v.w - two.y) * 2048);
            }
            for (int i = 0; i < 2; i++) *(uint4*)&other[w_row + 32 * i][w_at] = weights[i];
            __syncthreads();
        }
        int next = from + DEEP;
        if (next < padded) {
            for (int i = 0; i < 4; i++) {
                int r = row + x_row + 16 * i, c = next + x_at;
                const float* source = x + (long long)r * depth + c;
                float4 v = {0, 0, 0, 0};
                if (r < count && aligned && c < depth) v = *(const float4*)source;
                else if (r < count && c < depth) {
                    v.x = source[0];
                    if (c + 1 < depth) v.y = source[1];
                    if (c + 2 < depth) v.z = source[2];
                    if (c + 3 < depth) v.w = source[3];
                }
                coming[i] = v;
            }
            for (int i = 0; i < 2; i++)
                weights[i] = *(const uint4*)
                    &weight[((long long)(column + w_row + 32 * i) * padded + next) / 2 + w_at];
        }
        if (from < 0) continue;
        // What a block of DEEP gives is rounded as any sum of floats is; within it sums are cut off.
        float part[2][4][4] = {};
#pragma unroll
        for (int step = 0; step < DEEP / 2; step += 8) {
            Two a[2][4], b[2][4], w[4][2];
#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    int r = tall + 16 * i + group + j % 2 * 8, c = step + place + j / 2 * 4;
                    a[i][j] = high[r][c];
                    b[i][j] = low[r][c];
                }
#pragma unroll
            for (int i = 0; i < 4; i++)
#pragma unroll
                for (int j = 0; j < 2; j++)
                    w[i][j] = other[wide + 8 * i + group][step + place + j * 4];
#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    add(part[i][j], a[i], w[j]);
                    add(rest[i][j], b[i], w[j]);
                }
        }
#pragma unroll
        for (int i = 0; i < 2; i++)
#pragma unroll
            for (int j = 0; j < 4; j++)
#pragma unroll
                for (int k = 0; k < 4; k++) sum[i][j][k] += part[i][j][k];
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 2; i++)
#pragma unroll
        for (int j = 0; j < 4; j++)
#pragma unroll
            for (int k = 0; k < 4; k++) {
                int r = row + tall + 16 * i + group + k / 2 * 8;
                int c = column + wide + 8 * j + 2 * place + k % 2;
                if (r < count && c < width)
                    y[(long long)r * width + c] = sum[i][j][k] + rest[i][j][k] / 2048 + bias[c];
            }
}
