/*
 * Stands for libnvidia-ml.so.1 in tests. What it answers is chosen when it is compiled:
 *   INIT     what nvmlInit_v2 returns, 0 unless given
 *   GPUS     how many there are, 2 unless given
 *   FAILS    what nvmlDeviceGetName returns, 0 unless given
 *   OLD      leaves out what old drivers lack: auto boost and application clocks
 * GPU 0 is set as Clockwork wants it, GPU 1 is not and keeps its persistence mode from this user.
 */
#include <string.h>

#ifndef INIT
#define INIT 0
#endif
#ifndef GPUS
#define GPUS 2
#endif
#ifndef FAILS
#define FAILS 0
#endif

typedef struct gpu { int index; } *nvmlDevice_t;
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;

static struct gpu gpus[16];
static int open_count;

int nvmlInit_v2(void) { open_count += INIT == 0; return INIT; }
int nvmlShutdown(void) { open_count--; return 0; }
int stub_open_count(void) { return open_count; }

const char *nvmlErrorString(int code) {
  return code == 9 ? "Driver Not Loaded" : code == 15 ? "GPU is lost" : "Unknown Error";
}

int nvmlSystemGetDriverVersion(char *text, unsigned length) {
  strncpy(text, "550.54.15", length);
  return 0;
}
int nvmlSystemGetCudaDriverVersion(int *version) { *version = 12040; return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = GPUS; return 0; }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t *gpu) {
  if (index >= GPUS) return 2;
  gpus[index].index = (int)index;
  *gpu = &gpus[index];
  return 0;
}
int nvmlDeviceGetName(nvmlDevice_t gpu, char *text, unsigned length) {
  strncpy(text, gpu->index == 0 ? "Tesla V100-SXM2-32GB" : "Tesla V100-PCIE-16GB", length);
  return FAILS;
}
int nvmlDeviceGetMemoryInfo(nvmlDevice_t gpu, nvmlMemory_t *memory) {
  memory->total = gpu->index == 0 ? 34359738368ULL : 17179869184ULL;
  memory->free = 1;
  memory->used = 2;
  return 0;
}
int nvmlDeviceGetComputeMode(nvmlDevice_t gpu, int *mode) { *mode = gpu->index == 0 ? 3 : 0; return 0; }
int nvmlDeviceGetPersistenceMode(nvmlDevice_t gpu, int *mode) { *mode = 1; return gpu->index == 0 ? 0 : 4; }

/* Clocks by type: 0 graphics, 2 memory. */
int nvmlDeviceGetClockInfo(nvmlDevice_t gpu, int type, unsigned *clock) { *clock = type == 0 ? 135 : type == 2 ? 877 : 1; return 0; }
int nvmlDeviceGetMaxClockInfo(nvmlDevice_t gpu, int type, unsigned *clock) { *clock = type == 0 ? 1380 : type == 2 ? 877 : 1; return 0; }

#ifndef OLD
int nvmlDeviceGetApplicationsClock(nvmlDevice_t gpu, int type, unsigned *clock) {
  *clock = type == 0 ? gpu->index == 0 ? 1380 : 1230 : 877;
  return 0;
}
int nvmlDeviceGetAutoBoostedClocksEnabled(nvmlDevice_t gpu, int *enabled, int *by_default) {
  *enabled = gpu->index == 0 ? 0 : 1;
  *by_default = 1;
  return gpu->index == 0 ? 3 : 0;
}
#endif
