/* What generated kernels call: memory for what a kernel keeps to itself, and threads (one). All of it is static: a
   process may hold another library with functions of these names. */
#include <stdint.h>
#include <stdlib.h>

/* A kernel keeps one or two blocks at a time. They stay with the thread, so that a run that was made before allocates
   nothing. */
enum { KEPT = 4 };

static _Thread_local struct {
  void *memory;
  uint64_t bytes;
  int is_lent;
} kept[KEPT];

static void *TVMBackendAllocWorkspace(int device, int id, uint64_t bytes, int code, int bits) {
  (void)device, (void)id, (void)code, (void)bits;
  uint64_t rounded = (bytes + 63) / 64 * 64;
  int choice = -1;
  for (int i = 0; i < KEPT; i++) {
    if (kept[i].is_lent) continue;
    if (kept[i].bytes >= rounded) {
      kept[i].is_lent = 1;
      return kept[i].memory;
    }
    choice = i;
  }
  if (choice < 0) return aligned_alloc(64, rounded);
  free(kept[choice].memory);
  kept[choice].memory = aligned_alloc(64, rounded);
  kept[choice].bytes = kept[choice].memory ? rounded : 0;
  kept[choice].is_lent = kept[choice].memory != NULL;
  return kept[choice].memory;
}

static int TVMBackendFreeWorkspace(int device, int id, void *memory) {
  (void)device, (void)id;
  for (int i = 0; i < KEPT; i++) {
    if (kept[i].memory == memory) {
      kept[i].is_lent = 0;
      return 0;
    }
  }
  free(memory);
  return 0;
}

typedef struct {
  void *sync;
  int32_t tasks;
} Parallel;

static int TVMBackendParallelLaunch(int (*task)(int, Parallel *, void *), void *closure, int tasks) {
  Parallel one = {0, 1};
  (void)tasks;
  return task(0, &one, closure);
}

static int TVMBackendParallelBarrier(int task, Parallel *parallel) {
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
