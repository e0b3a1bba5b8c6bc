/*
 * A libnvidia-ml.so.1 in the place of the driver's, for the watch over GPUs that are used: STUB_CELSIUS and STUB_ECC say what it
 * answers, STUB_XID is a fault that it reports once. What is told of GPUs at rest has a stub of its own (NvmlTest).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, NOT_FOUND = 6, TIMEOUT = 10 };

static long setting(const char *name, long otherwise) {
  const char *value = getenv(name);
  return value ? atol(value) : otherwise;
}

int nvmlInit_v2(void) { return SUCCESS; }
int nvmlShutdown(void) { return SUCCESS; }
const char *nvmlErrorString(int code) { return code == NOT_FOUND ? "Not Found" : "Unknown Error"; }

/* A device is its number, and one. */
int nvmlDeviceGetHandleByPciBusId_v2(const char *id, void **device) {
  if (strncmp(id, "0000:", 5)) return NOT_FOUND;
  *device = (void *)strtol(id + 5, NULL, 16);
  return SUCCESS;
}
int nvmlDeviceGetClockInfo(void *device, int type, unsigned *megahertz) {
  *megahertz = 1000 + (unsigned)(long)device;
  return SUCCESS;
}
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius) {
  *celsius = (unsigned)setting("STUB_CELSIUS", 40);
  return SUCCESS;
}
int nvmlDeviceGetTemperatureThreshold(void *device, int threshold, unsigned *celsius) {
  *celsius = 90;
  return SUCCESS;
}
/* None before the first look, then as many as were set. */
int nvmlDeviceGetTotalEccErrors(void *device, int type, int counter, unsigned long long *count) {
  static int looks;
  *count = looks++ > 0 ? (unsigned long long)setting("STUB_ECC", 0) : 0;
  return SUCCESS;
}
int nvmlEventSetCreate(void **set) { *set = set; return SUCCESS; }
int nvmlEventSetFree(void *set) { return SUCCESS; }
int nvmlDeviceRegisterEvents(void *device, unsigned long long types, void *set) { return SUCCESS; }

struct Event { void *device; unsigned long long type, data; unsigned instance, compute; };
int nvmlEventSetWait_v2(void *set, struct Event *event, unsigned millis) {
  static int reported;
  if (setting("STUB_XID", 0) && !reported++) {
    event->type = 8;
    event->data = (unsigned long long)setting("STUB_XID", 0);
    return SUCCESS;
  }
  usleep(millis * 1000);
  return TIMEOUT;
}
