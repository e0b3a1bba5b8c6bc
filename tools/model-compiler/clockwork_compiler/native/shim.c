/* What generated kernels call: memory for what a kernel keeps to itself, and threads (one). */
#include <stdint.h>
#include <stdlib.h>

void *TVMBackendAllocWorkspace(int device, int id, uint64_t bytes, int code, int bits) {
  (void)device, (void)id, (void)code, (void)bits;
  return aligned_alloc(64, (bytes + 63) / 64 * 64);
}

int TVMBackendFreeWorkspace(int device, int id, void *memory) {
  (void)device, (void)id;
  free(memory);
  return 0;
}

typedef struct {
  void *sync;
  int32_t tasks;
} Parallel;

int TVMBackendParallelLaunch(int (*task)(int, Parallel *, void *), void *closure, int tasks) {
  Parallel one = {0, 1};
  (void)tasks;
  return task(0, &one, closure);
}

int TVMBackendParallelBarrier(int task, Parallel *parallel) {
  (void)task, (void)parallel;
  return 0;
}

/* Objects made by LLVM call through pointers that the loader of the library is to set. */
extern void *__TVMBackendAllocWorkspace __attribute__((weak));
extern void *__TVMBackendFreeWorkspace __attribute__((weak));
extern void *__TVMBackendParallelLaunch __attribute__((weak));
extern void *__TVMBackendParallelBarrier __attribute__((weak));

__attribute__((constructor)) static void set_pointers(void) {
  if (&__TVMBackendAllocWorkspace) __TVMBackendAllocWorkspace = (void *)TVMBackendAllocWorkspace;
  if (&__TVMBackendFreeWorkspace) __TVMBackendFreeWorkspace = (void *)TVMBackendFreeWorkspace;
  if (&__TVMBackendParallelLaunch) __TVMBackendParallelLaunch = (void *)TVMBackendParallelLaunch;
  if (&__TVMBackendParallelBarrier) __TVMBackendParallelBarrier = (void *)TVMBackendParallelBarrier;
}
