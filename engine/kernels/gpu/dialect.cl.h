/* The words in which OpenCL C and CUDA C++ differ: whatever follows is written in these alone. */

#ifdef __OPENCL_VERSION__

#define KERNEL(name) __kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void name
#define DEVICE static inline __attribute__((always_inline))
#define GLOBAL __global
#define SHARED __local
#define ROOM(type, name) __local type name[1]
#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
#define ITEM ((int)get_local_id(0))
#define GROUP ((int)get_group_id(0))
#define UNROLL
#define HIGH_HALF(a, b) mul_hi(a, b)
#define BITS_OF(x) as_uint(x)
#define FMA(a, b, c) fma(a, b, c)
#define EXP(x) exp(x)
#define LOG(x) log(x)
#define TANH(x) tanh(x)
#define SQRT(x) sqrt(x)
#define COS(x) cos(x)
#define NEAREST_EVEN(x) rint(x)
typedef uchar u8;
typedef uint u32;
typedef ulong u64;
#if HALF
#define WEIGHT half
#define LOAD(weights, at) vload_half(at, weights)
#endif

#else

#define KERNEL(name) extern "C" __global__ void __launch_bounds__(ITEMS) name
#define DEVICE static __device__ __forceinline__
#define GLOBAL
#define SHARED
#define ROOM(type, name) __shared__ type name[1]
#define BARRIER() __syncthreads()
#define ITEM ((int)threadIdx.x)
#define GROUP ((int)blockIdx.x)
#define UNROLL _Pragma("unroll 8")
#define HIGH_HALF(a, b) __umulhi(a, b)
#define BITS_OF(x) __float_as_uint(x)
#define FMA(a, b, c) fmaf(a, b, c)
#define EXP(x) expf(x)
#define LOG(x) logf(x)
#define TANH(x) tanhf(x)
#define SQRT(x) sqrtf(x)
#define COS(x) cosf(x)
#define NEAREST_EVEN(x) rintf(x)
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
#if HALF
#define WEIGHT unsigned short
/* In the machine's own words, so that no header of CUDA's is needed. */
static __device__ __forceinline__ float from_half(unsigned short bits)
{
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
    return value;
}
#define LOAD(weights, at) from_half((weights)[at])
#endif

#endif

#if !HALF
#define WEIGHT float
#define LOAD(weights, at) ((weights)[at])
#endif
