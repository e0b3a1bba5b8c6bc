/* All that kernels written in C need of TVM: the tensors and arguments they are called with. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TVM_DLL __attribute__((visibility("default")))

typedef struct {
  int32_t device_type, device_id;
} DLDevice;

typedef struct {
  uint8_t code, bits;
  uint16_t lanes;
} DLDataType;

typedef struct {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape, *strides;
  uint64_t byte_offset;
} DLTensor;

typedef struct {
  int32_t type_index;
  uint32_t zero_padding;
  union {
    int64_t v_int64;
    double v_float64;
    void *v_ptr;
    const char *v_c_str;
    void *v_obj;
    DLDataType v_dtype;
    DLDevice v_device;
    char v_bytes[8];
    uint64_t v_uint64;
  };
} TVMFFIAny;

static void *TVMBackendAllocWorkspace(int device, int id, uint64_t bytes, int code, int bits);
static int TVMBackendFreeWorkspace(int device, int id, void *memory);
