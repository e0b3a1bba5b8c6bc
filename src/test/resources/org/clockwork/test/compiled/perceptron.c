/* Kernels of the hand-made plan, called as TVM's are: see docs/plan-format.md. */
#include <stdint.h>

typedef struct {
  int32_t type_index;
  uint32_t zero;
  union {
    int64_t integer;
    void *pointer;
  } value;
} TVMFFIAny;

typedef struct {
  void *data;
  struct {
    int32_t type;
    int32_t id;
  } device;
  int32_t ndim;
  struct {
    uint8_t code;
    uint8_t bits;
    uint16_t lanes;
  } dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
} DLTensor;

enum { CPU = 1, INTEGER = 0, FLOAT = 2, TENSOR = 7 };

/* The tensor at that position, or null where it isn't one of that kind on this device. */
static DLTensor *tensor(TVMFFIAny *args, int at, int code, int bits, int ndim) {
  DLTensor *t = args[at].value.pointer;
  int right = args[at].type_index == TENSOR && args[at].zero == 0 && t->device.type == CPU &&
              t->device.id == 0 && t->dtype.code == code && t->dtype.bits == bits &&
              t->dtype.lanes == 1 && t->ndim == ndim && t->strides == 0 && t->byte_offset == 0 &&
              ((uintptr_t)t->data & 63) == 0;
  return right ? t : 0;
}

/* out[b, n] = x[b, m] · w[m, n] + bias[n] */
int32_t __tvm_ffi_dense(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result) {
  DLTensor *x, *w, *bias, *out;
  if (count != 4 || !(x = tensor(args, 0, FLOAT, 32, 2)) || !(w = tensor(args, 1, FLOAT, 32, 2)) ||
      !(bias = tensor(args, 2, FLOAT, 32, 1)) || !(out = tensor(args, 3, FLOAT, 32, 2))) {
    return -1;
  }
  int64_t rows = x->shape[0], m = x->shape[1], n = out->shape[1];
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t j = 0; j < n; j++) {
      float sum = ((float *)bias->data)[j];
      for (int64_t i = 0; i < m; i++) {
        sum += ((float *)x->data)[row * m + i] * ((float *)w->data)[i * n + j];
      }
      ((float *)out->data)[row * n + j] = sum;
    }
  }
  return 0;
}

/* out[b, n] = sum over k of table[ids[b, k], n]; doesn't check the ids */
int32_t __tvm_ffi_lookup(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result) {
  DLTensor *ids, *table, *out;
  if (count != 3 || !(ids = tensor(args, 0, INTEGER, 64, 2)) ||
      !(table = tensor(args, 1, FLOAT, 32, 2)) || !(out = tensor(args, 2, FLOAT, 32, 2))) {
    return -1;
  }
  int64_t n = out->shape[1];
  for (int64_t row = 0; row < ids->shape[0]; row++) {
    for (int64_t j = 0; j < n; j++) {
      float sum = 0;
      for (int64_t k = 0; k < ids->shape[1]; k++) {
        int64_t id = ((int64_t *)ids->data)[row * ids->shape[1] + k];
        sum += ((float *)table->data)[id * n + j];
      }
      ((float *)out->data)[row * n + j] = sum;
    }
  }
  return 0;
}

/* out = max(a + b, 0); out may be a */
int32_t __tvm_ffi_add_relu(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result) {
  DLTensor *a, *b, *out;
  if (count != 3 || !(a = tensor(args, 0, FLOAT, 32, 2)) || !(b = tensor(args, 1, FLOAT, 32, 2)) ||
      !(out = tensor(args, 2, FLOAT, 32, 2))) {
    return -1;
  }
  for (int64_t i = 0; i < a->shape[0] * a->shape[1]; i++) {
    float sum = ((float *)a->data)[i] + ((float *)b->data)[i];
    ((float *)out->data)[i] = sum > 0 ? sum : 0;
  }
  return 0;
}

/* out[b, 1] = where x[b, n] is largest */
int32_t __tvm_ffi_top(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result) {
  DLTensor *x, *out;
  if (count != 2 || !(x = tensor(args, 0, FLOAT, 32, 2)) ||
      !(out = tensor(args, 1, INTEGER, 32, 2))) {
    return -1;
  }
  int64_t n = x->shape[1];
  for (int64_t row = 0; row < x->shape[0]; row++) {
    float *values = (float *)x->data + row * n;
    int32_t top = 0;
    for (int32_t j = 1; j < n; j++) {
      top = values[j] > values[top] ? j : top;
    }
    ((int32_t *)out->data)[row] = top;
  }
  return 0;
}

/* A kernel that can't. */
int32_t __tvm_ffi_fails(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result) {
  return -1;
}

/* Writes one element beyond its output, as a wrong kernel would. */
int32_t __tvm_ffi_oversteps(void *self, TVMFFIAny *args, int32_t count, TVMFFIAny *result) {
  DLTensor *out = args[count - 1].value.pointer;
  int64_t elements = 1;
  for (int32_t i = 0; i < out->ndim; i++) {
    elements *= out->shape[i];
  }
  for (int64_t i = 0; i <= elements; i++) {
    ((float *)out->data)[i] = 1;
  }
  return 0;
}
