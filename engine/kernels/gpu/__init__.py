"""The whole sample loop on a graphics card: one C source in two dialects, OpenCL C and CUDA C++."""
