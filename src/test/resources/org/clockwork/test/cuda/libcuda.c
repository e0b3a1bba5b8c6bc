/*
 * A libcuda.so.1 in the place of the driver's, so that the cuda device runs unmodified where there is no GPU: memory is the
 * host's, a kernel is a C function, each stream is a thread that does what it is given in order.
 *
 * It is stricter than the driver where a mistake would else stay hidden: memory without access rights can't be touched, a
 * call without a current context is refused, a failed kernel takes its GPU with it.
 *
 * A module is a shared library that says it is for a GPU (ELF machine 190). Its kernels are `void k(void **params, const unsigned grid[3], const unsigned
 * block[3])`, with `const int k_parameters` beside each and `const int module_sm` for the architecture.
 *
 * Tests steer it by the environment (STUB_GPUS, STUB_SM, STUB_MEMORY, STUB_VMM) and by the functions stub_….
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef int CUresult;
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef void (*Kernel)(void **, const unsigned *, const unsigned *);

enum {
  SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201, NO_BINARY_FOR_GPU = 209, NOT_FOUND = 500, NOT_READY = 600, LAUNCH_FAILED = 719
};
enum { DEVICES = 8, FAILURES = 16, FUNCTIONS = 128, PARAMETERS = 64, GRANULARITY = 2 << 20 };

/* ---- what tests set ---- */

static struct { char function[64]; int device; int after; int code; } failures[FAILURES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static long setting(const char *name, long otherwise) {
  const char *value = getenv(name);
  return value ? atol(value) : otherwise;
}

static struct Device { long used; int lost; } devices[DEVICES];
static long host_used;
static int open_objects;
static _Thread_local int current = -1;

/* The function fails with that code from its after-th call on (0: the next); code 0 takes it back. Device -1: on any. */
void stub_fail(const char *function, int device, int after, int code) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < FAILURES; i++) {
    if (failures[i].code == 0 || (!strcmp(failures[i].function, function) && failures[i].device == device)) {
      snprintf(failures[i].function, sizeof failures[i].function, "%s", function);
      failures[i].device = device;
      failures[i].after = after;
      failures[i].code = code;
      break;
    }
  }
  pthread_mutex_unlock(&lock);
}

/* Everything that was made and not given back: memory, ranges, streams, events, modules, graphs, contexts. */
int stub_open_objects(void) { return __atomic_load_n(&open_objects, __ATOMIC_SEQ_CST); }
long stub_used_bytes(int device) { return __atomic_load_n(&devices[device].used, __ATOMIC_SEQ_CST); }
long stub_pinned_bytes(void) { return __atomic_load_n(&host_used, __ATOMIC_SEQ_CST); }
static void opened(int count) { __atomic_add_fetch(&open_objects, count, __ATOMIC_SEQ_CST); }

/* As a GPU that falls off its bus. */
void stub_lose(int device, int code) { devices[device].lost = code; }

static struct { char function[64]; int calls; } called[FUNCTIONS];

/* How often the function was called. */
int stub_calls(const char *function) {
  for (int i = 0; i < FUNCTIONS && *called[i].function; i++) {
    if (!strcmp(called[i].function, function)) return called[i].calls;
  }
  return 0;
}

static int planned(const char *function, int device) {
  int code = SUCCESS;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < FUNCTIONS; i++) {
    if (!*called[i].function) snprintf(called[i].function, sizeof called[i].function, "%s", function);
    if (!strcmp(called[i].function, function)) {
      called[i].calls++;
      break;
    }
  }
  for (int i = 0; i < FAILURES; i++) {
    if (failures[i].code && !strcmp(failures[i].function, function)
        && (failures[i].device == -1 || failures[i].device == device) && failures[i].after-- <= 0) {
      code = failures[i].code;
    }
  }
  pthread_mutex_unlock(&lock);
  return code;
}

#define ENTER_ANYWHERE do { int code = planned(__func__, current); if (code) return code; } while (0)
#define ENTER do { \
  if (current < 0) return INVALID_CONTEXT; \
  if (devices[current].lost) return devices[current].lost; \
  ENTER_ANYWHERE; } while (0)

static CUresult take(int device, long bytes) {
  long used = __atomic_add_fetch(&devices[device].used, bytes, __ATOMIC_SEQ_CST);
  if (used > setting("STUB_MEMORY", 1L << 30)) {
    __atomic_sub_fetch(&devices[device].used, bytes, __ATOMIC_SEQ_CST);
    return OUT_OF_MEMORY;
  }
  return SUCCESS;
}

/* ---- driver, devices, contexts ---- */

static int gpus(void) { return (int)setting("STUB_GPUS", 1); }

CUresult cuInit(unsigned flags) { ENTER_ANYWHERE; return SUCCESS; }
CUresult cuDriverGetVersion(int *version) { ENTER_ANYWHERE; *version = 12040; return SUCCESS; }
CUresult cuDeviceGetCount(int *count) { ENTER_ANYWHERE; *count = gpus(); return SUCCESS; }
CUresult cuDeviceGet(CUdevice *device, int index) {
  ENTER_ANYWHERE;
  if (index < 0 || index >= gpus()) return INVALID_DEVICE;
  *device = index;
  return SUCCESS;
}
CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
  snprintf(name, length, "Stub GPU %d", device);
  return SUCCESS;
}
CUresult cuDeviceGetPCIBusId(char *id, int length, CUdevice device) {
  snprintf(id, length, "0000:%02X:00.0", device + 1);
  return SUCCESS;
}
CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice device) {
  long sm = setting("STUB_SM", 90);
  switch (attribute) {
    case 75: *value = (int)(sm / 10); return SUCCESS;
    case 76: *value = (int)(sm % 10); return SUCCESS;
    case 102: *value = (int)setting("STUB_VMM", 1); return SUCCESS;
    default: return INVALID_VALUE;
  }
}
CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned flags) { return SUCCESS; }
CUresult cuDevicePrimaryCtxRetain(void **context, CUdevice device) {
  int code = planned(__func__, device);
  if (code) return code;
  opened(1);
  *context = (void *)(long)(device + 1);
  return SUCCESS;
}
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) { opened(-1); return SUCCESS; }
CUresult cuCtxSetCurrent(void *context) { current = (int)(long)context - 1; return SUCCESS; }
CUresult cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  ENTER;
  *least = 0;
  *greatest = -5;
  return SUCCESS;
}
CUresult cuMemGetInfo_v2(size_t *available, size_t *total) {
  ENTER;
  *total = setting("STUB_MEMORY", 1L << 30);
  *available = *total - stub_used_bytes(current);
  return SUCCESS;
}
CUresult cuGetErrorString(CUresult error, const char **text) {
  *text = error == OUT_OF_MEMORY ? "out of memory" : error == LAUNCH_FAILED ? "unspecified launch failure" : "";
  return SUCCESS;
}

/* ---- memory ---- */

struct Physical { int file; size_t bytes; int device; bool released; int mapped; };
struct Mapping { CUdeviceptr at; size_t bytes; struct Physical *memory; struct Mapping *next; };
static struct Mapping *mappings;

static void free_if_unused(struct Physical *memory) {
  if (memory->released && memory->mapped == 0) {
    close(memory->file);
    __atomic_sub_fetch(&devices[memory->device].used, memory->bytes, __ATOMIC_SEQ_CST);
    free(memory);
    opened(-1);
  }
}

/* type, requestedHandleTypes, location.type, location.id, a pointer, flags: what isn't set is 0. */
static bool proper(const int *properties) {
  return properties[0] == 1 && properties[1] == 0 && properties[2] == 1 && properties[3] >= 0
      && properties[3] < gpus() && !properties[4] && !properties[5] && !properties[6] && !properties[7];
}
CUresult cuMemGetAllocationGranularity(size_t *bytes, const int *properties, int option) {
  ENTER;
  if (!proper(properties)) return INVALID_VALUE;
  *bytes = GRANULARITY;
  return SUCCESS;
}
CUresult cuMemCreate(unsigned long long *handle, size_t bytes, const int *properties, unsigned long long flags) {
  ENTER;
  if (bytes == 0 || bytes % GRANULARITY || !proper(properties)) return INVALID_VALUE;
  CUresult taken = take(properties[3], bytes);
  if (taken) return taken;
  struct Physical *memory = calloc(1, sizeof *memory);
  memory->file = memfd_create("gpu", MFD_CLOEXEC);
  memory->bytes = bytes;
  memory->device = properties[3];
  if (ftruncate(memory->file, bytes)) return OUT_OF_MEMORY;
  opened(1);
  *handle = (unsigned long long)memory;
  return SUCCESS;
}
CUresult cuMemRelease(unsigned long long handle) {
  ENTER;
  struct Physical *memory = (struct Physical *)handle;
  pthread_mutex_lock(&lock);
  memory->released = true;
  free_if_unused(memory);
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}
static void *reserve_at(CUdeviceptr at, size_t bytes) {
  return mmap((void *)at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED : 0), -1, 0);
}
CUresult cuMemAddressReserve(CUdeviceptr *at, size_t bytes, size_t align, CUdeviceptr hint, unsigned long long flags) {
  ENTER;
  if (bytes == 0 || bytes % GRANULARITY) return INVALID_VALUE;
  void *range = reserve_at(0, bytes);
  if (range == MAP_FAILED) return OUT_OF_MEMORY;
  opened(1);
  *at = (CUdeviceptr)range;
  return SUCCESS;
}
CUresult cuMemAddressFree(CUdeviceptr at, size_t bytes) {
  ENTER;
  for (struct Mapping *each = mappings; each; each = each->next) {
    if (each->at >= at && each->at < at + bytes) return INVALID_VALUE;
  }
  munmap((void *)at, bytes);
  opened(-1);
  return SUCCESS;
}
CUresult cuMemMap(CUdeviceptr at, size_t bytes, size_t offset, unsigned long long handle, unsigned long long flags) {
  ENTER;
  struct Physical *memory = (struct Physical *)handle;
  pthread_mutex_lock(&lock);
  for (struct Mapping *each = mappings; each; each = each->next) {
    if (at < each->at + each->bytes && each->at < at + bytes) {
      pthread_mutex_unlock(&lock);
      return INVALID_VALUE;
    }
  }
  mmap((void *)at, bytes, PROT_NONE, MAP_SHARED | MAP_FIXED, memory->file, (off_t)offset);
  struct Mapping *mapping = malloc(sizeof *mapping);
  *mapping = (struct Mapping){at, bytes, memory, mappings};
  mappings = mapping;
  memory->mapped++;
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}
/* location.type, location.id, flags */
CUresult cuMemSetAccess(CUdeviceptr at, size_t bytes, const int *access, size_t count) {
  ENTER;
  if (count != 1 || access[0] != 1 || access[2] != 3) return INVALID_VALUE;
  return mprotect((void *)at, bytes, PROT_READ | PROT_WRITE) ? INVALID_VALUE : SUCCESS;
}
CUresult cuMemUnmap(CUdeviceptr at, size_t bytes) {
  ENTER;
  size_t unmapped = 0;
  pthread_mutex_lock(&lock);
  for (struct Mapping **each = &mappings; *each;) {
    struct Mapping *mapping = *each;
    if (mapping->at >= at && mapping->at + mapping->bytes <= at + bytes) {
      *each = mapping->next;
      unmapped += mapping->bytes;
      mapping->memory->mapped--;
      free_if_unused(mapping->memory);
      free(mapping);
    } else {
      each = &mapping->next;
    }
  }
  pthread_mutex_unlock(&lock);
  if (unmapped != bytes) return INVALID_VALUE;
  reserve_at(at, bytes);
  return SUCCESS;
}

/* The length is kept in the page before. */
enum { HEAD = 4096 };
CUresult cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
  ENTER;
  char *head = aligned_alloc(HEAD, (bytes + 2 * HEAD - 1) / HEAD * HEAD);
  if (!head) return OUT_OF_MEMORY;
  *(size_t *)head = bytes;
  __atomic_add_fetch(&host_used, bytes, __ATOMIC_SEQ_CST);
  opened(1);
  *memory = head + HEAD;
  return SUCCESS;
}
CUresult cuMemFreeHost(void *memory) {
  ENTER;
  char *head = (char *)memory - HEAD;
  __atomic_sub_fetch(&host_used, *(size_t *)head, __ATOMIC_SEQ_CST);
  free(head);
  opened(-1);
  return SUCCESS;
}

/* ---- streams, events, graphs ---- */

enum Kind { COPY, FILL, LAUNCH, RECORD, GRAPH };
struct Event { bool recorded; bool done; struct timespec at; };
struct Work {
  enum Kind kind;
  int device;
  void *to;
  const void *from;
  size_t bytes;
  Kernel kernel;
  unsigned grid[3], block[3];
  int count;
  unsigned long long values[PARAMETERS];
  struct Event *event;
  struct Work *graph;
  struct Work *next;
};
struct Stream {
  int device;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct Work *first, **last;
  bool busy, closing;
  struct Work *captured, **last_captured;
  bool capturing;
};

static void perform(struct Work *work) {
  struct Device *device = &devices[work->device];
  if (device->lost && work->kind != RECORD) return;
  switch (work->kind) {
    case COPY: memmove(work->to, work->from, work->bytes); break;
    case FILL: memset(work->to, (int)(long)work->from, work->bytes); break;
    case LAUNCH: {
      int code = planned("kernel", work->device);
      if (code) {
        device->lost = code;
        return;
      }
      void *params[PARAMETERS];
      for (int i = 0; i < work->count; i++) params[i] = &work->values[i];
      work->kernel(params, work->grid, work->block);
      break;
    }
    case RECORD:
      clock_gettime(CLOCK_MONOTONIC, &work->event->at);
      __atomic_store_n(&work->event->done, true, __ATOMIC_SEQ_CST);
      break;
    case GRAPH:
      for (struct Work *each = work->graph; each; each = each->next) perform(each);
      break;
  }
}

static void *serve(void *argument) {
  struct Stream *stream = argument;
  pthread_mutex_lock(&stream->lock);
  while (true) {
    while (!stream->first && !stream->closing) pthread_cond_wait(&stream->changed, &stream->lock);
    if (!stream->first) break;
    struct Work *work = stream->first;
    stream->first = work->next;
    if (!stream->first) stream->last = &stream->first;
    stream->busy = true;
    pthread_mutex_unlock(&stream->lock);
    perform(work);
    free(work);
    pthread_mutex_lock(&stream->lock);
    stream->busy = false;
    pthread_cond_broadcast(&stream->changed);
  }
  pthread_mutex_unlock(&stream->lock);
  return NULL;
}

static CUresult give(struct Stream *stream, struct Work work) {
  if (stream->device != current) return INVALID_CONTEXT;
  struct Work *kept = malloc(sizeof *kept);
  *kept = work;
  kept->device = stream->device;
  kept->next = NULL;
  pthread_mutex_lock(&stream->lock);
  if (stream->capturing) {
    *stream->last_captured = kept;
    stream->last_captured = &kept->next;
  } else {
    *stream->last = kept;
    stream->last = &kept->next;
    pthread_cond_broadcast(&stream->changed);
  }
  pthread_mutex_unlock(&stream->lock);
  return SUCCESS;
}

static CUresult drained(struct Stream *stream) {
  pthread_mutex_lock(&stream->lock);
  while (stream->first || stream->busy) pthread_cond_wait(&stream->changed, &stream->lock);
  pthread_mutex_unlock(&stream->lock);
  return devices[stream->device].lost;
}

CUresult cuStreamCreateWithPriority(struct Stream **made, unsigned flags, int priority) {
  ENTER;
  struct Stream *stream = calloc(1, sizeof *stream);
  stream->device = current;
  pthread_mutex_init(&stream->lock, NULL);
  pthread_cond_init(&stream->changed, NULL);
  stream->last = &stream->first;
  pthread_create(&stream->thread, NULL, serve, stream);
  opened(1);
  *made = stream;
  return SUCCESS;
}
CUresult cuStreamSynchronize(struct Stream *stream) { ENTER; return drained(stream); }
CUresult cuStreamDestroy_v2(struct Stream *stream) {
  pthread_mutex_lock(&stream->lock);
  stream->closing = true;
  pthread_cond_broadcast(&stream->changed);
  pthread_mutex_unlock(&stream->lock);
  pthread_join(stream->thread, NULL);
  free(stream);
  opened(-1);
  return SUCCESS;
}
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, struct Stream *stream) {
  ENTER;
  return give(stream, (struct Work){.kind = COPY, .to = (void *)to, .from = from, .bytes = bytes});
}
CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, struct Stream *stream) {
  ENTER;
  return give(stream, (struct Work){.kind = COPY, .to = to, .from = (void *)from, .bytes = bytes});
}
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, struct Stream *stream) {
  ENTER;
  return give(stream, (struct Work){.kind = COPY, .to = (void *)to, .from = (void *)from, .bytes = bytes});
}
CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, struct Stream *stream) {
  ENTER;
  return give(stream, (struct Work){.kind = FILL, .to = (void *)to, .from = (void *)(long)value, .bytes = bytes});
}

CUresult cuEventCreate(struct Event **event, unsigned flags) {
  ENTER;
  *event = calloc(1, sizeof **event);
  opened(1);
  return SUCCESS;
}
CUresult cuEventRecord(struct Event *event, struct Stream *stream) {
  ENTER;
  event->recorded = true;
  __atomic_store_n(&event->done, false, __ATOMIC_SEQ_CST);
  return give(stream, (struct Work){.kind = RECORD, .event = event});
}
CUresult cuEventQuery(struct Event *event) {
  ENTER;
  return !event->recorded || __atomic_load_n(&event->done, __ATOMIC_SEQ_CST) ? SUCCESS : NOT_READY;
}
CUresult cuEventSynchronize(struct Event *event) {
  ENTER;
  while (event->recorded && !__atomic_load_n(&event->done, __ATOMIC_SEQ_CST)) sched_yield();
  return devices[current].lost;
}
CUresult cuEventElapsedTime(float *millis, struct Event *begin, struct Event *end) {
  ENTER;
  if (!begin->done || !end->done) return NOT_READY;
  *millis = (float)((end->at.tv_sec - begin->at.tv_sec) * 1e3 + (end->at.tv_nsec - begin->at.tv_nsec) / 1e6);
  return SUCCESS;
}
CUresult cuEventDestroy_v2(struct Event *event) { free(event); opened(-1); return SUCCESS; }

CUresult cuStreamBeginCapture_v2(struct Stream *stream, int mode) {
  ENTER;
  if (stream->capturing) return INVALID_VALUE;
  stream->captured = NULL;
  stream->last_captured = &stream->captured;
  stream->capturing = true;
  return SUCCESS;
}
CUresult cuStreamEndCapture(struct Stream *stream, struct Work **graph) {
  ENTER;
  if (!stream->capturing) return INVALID_VALUE;
  stream->capturing = false;
  *graph = stream->captured;
  opened(1);
  return SUCCESS;
}
CUresult cuGraphInstantiateWithFlags(struct Work **instance, struct Work *graph, unsigned long long flags) {
  ENTER;
  struct Work **last = instance;
  *instance = NULL;
  for (; graph; graph = graph->next) {
    *last = malloc(sizeof **last);
    **last = *graph;
    (*last)->next = NULL;
    last = &(*last)->next;
  }
  opened(1);
  return SUCCESS;
}
static void free_all(struct Work *work) {
  while (work) {
    struct Work *next = work->next;
    free(work);
    work = next;
  }
  opened(-1);
}
CUresult cuGraphDestroy(struct Work *graph) { free_all(graph); return SUCCESS; }
CUresult cuGraphExecDestroy(struct Work *graph) { free_all(graph); return SUCCESS; }
CUresult cuGraphUpload(struct Work *graph, struct Stream *stream) { ENTER; return SUCCESS; }
CUresult cuGraphLaunch(struct Work *graph, struct Stream *stream) {
  ENTER;
  return give(stream, (struct Work){.kind = GRAPH, .graph = graph});
}

/* ---- modules and kernels ---- */

struct Function { struct Function *next; Kernel kernel; int parameters; };
struct Module { void *library; struct Function *functions; };

CUresult cuModuleLoadData(struct Module **made, const void *image) {
  ENTER;
  const Elf64_Ehdr *head = image;
  if (memcmp(head->e_ident, ELFMAG, SELFMAG) || head->e_machine != EM_CUDA) return INVALID_IMAGE;
  /* The section table is the last thing in the file. */
  size_t bytes = head->e_shoff + (size_t)head->e_shnum * head->e_shentsize;
  int file = memfd_create("module", MFD_CLOEXEC);
  Elf64_Half machine = EM_X86_64;
  if (write(file, image, bytes) != (ssize_t)bytes
      || pwrite(file, &machine, sizeof machine, offsetof(Elf64_Ehdr, e_machine)) != sizeof machine) return OUT_OF_MEMORY;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  close(file);
  if (!library) return INVALID_IMAGE;
  const int *sm = dlsym(library, "module_sm");
  long own = setting("STUB_SM", 90);
  if (!sm || *sm / 10 != own / 10 || *sm % 10 > own % 10) {
    dlclose(library);
    return NO_BINARY_FOR_GPU;
  }
  struct Module *module = calloc(1, sizeof *module);
  module->library = library;
  opened(1);
  *made = module;
  return SUCCESS;
}
CUresult cuModuleGetFunction(struct Function **made, struct Module *module, const char *name) {
  ENTER;
  char parameters[256];
  snprintf(parameters, sizeof parameters, "%s_parameters", name);
  Kernel kernel = (Kernel)dlsym(module->library, name);
  const int *count = dlsym(module->library, parameters);
  if (!kernel || !count) return NOT_FOUND;
  struct Function *function = malloc(sizeof *function);
  *function = (struct Function){module->functions, kernel, *count};
  module->functions = function;
  *made = function;
  return SUCCESS;
}
CUresult cuModuleUnload(struct Module *module) {
  ENTER;
  while (module->functions) {
    struct Function *next = module->functions->next;
    free(module->functions);
    module->functions = next;
  }
  dlclose(module->library);
  free(module);
  opened(-1);
  return SUCCESS;
}
CUresult cuFuncGetAttribute(int *value, int attribute, struct Function *function) { ENTER; *value = 0; return SUCCESS; }
CUresult cuFuncSetAttribute(struct Function *function, int attribute, int value) { ENTER; return SUCCESS; }
CUresult cuLaunchKernel(struct Function *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                        unsigned bz, unsigned shared, struct Stream *stream, void **params, void **extra) {
  ENTER;
  struct Work work = {.kind = LAUNCH, .kernel = function->kernel, .grid = {gx, gy, gz}, .block = {bx, by, bz},
                      .count = function->parameters};
  for (int i = 0; i < function->parameters; i++) memcpy(&work.values[i], params[i], sizeof work.values[i]);
  return give(stream, work);
}
