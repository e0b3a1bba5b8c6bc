/*
 * Kernels of the hand-made model as libcuda.c runs them: a block for each row, a thread for each column.
 * `void k(void **params, const unsigned grid[3], const unsigned block[3])`
 */
#include <stdint.h>

#ifndef SM
#define SM 90
#endif
const int module_sm = SM;

#define POINTER(type, i) (*(type **)params[i])
#define EACH_ROW for (unsigned row = 0; row < grid[0]; row++)
#define EACH_COLUMN for (unsigned j = 0; j < block[0]; j++)

/* x, w, bias, out, width of x, nothing */
const int dense_parameters = 6;
void dense(void **params, const unsigned *grid, const unsigned *block) {
  int m = *(int32_t *)params[4];
  if (POINTER(void, 5)) return;
  EACH_ROW EACH_COLUMN {
#ifdef WRONG
    float sum = 1 + POINTER(float, 2)[j];
#else
    float sum = POINTER(float, 2)[j];
#endif
    for (int i = 0; i < m; i++) sum += POINTER(float, 0)[row * m + i] * POINTER(float, 1)[i * block[0] + j];
    POINTER(float, 3)[row * block[0] + j] = sum;
  }
}

/* ids, table, out, ids in a row */
const int lookup_parameters = 4;
void lookup(void **params, const unsigned *grid, const unsigned *block) {
  int64_t count = *(int64_t *)params[3];
  EACH_ROW EACH_COLUMN {
    float sum = 0;
    for (int64_t k = 0; k < count; k++) sum += POINTER(float, 1)[POINTER(int64_t, 0)[row * count + k] * block[0] + j];
    POINTER(float, 2)[row * block[0] + j] = sum;
  }
}

/* a, b, out, what both are scaled by */
const int add_relu_parameters = 4;
void add_relu(void **params, const unsigned *grid, const unsigned *block) {
  float scale = *(float *)params[3];
  EACH_ROW EACH_COLUMN {
    unsigned i = row * block[0] + j;
    float sum = scale * (POINTER(float, 0)[i] + POINTER(float, 1)[i]);
    POINTER(float, 2)[i] = sum > 0 ? sum : 0;
  }
}

/* x, out */
const int top_parameters = 2;
void top(void **params, const unsigned *grid, const unsigned *block) {
  EACH_ROW {
    int32_t best = 0;
    EACH_COLUMN best = POINTER(float, 0)[row * block[0] + j] > POINTER(float, 0)[row * block[0] + best] ? (int32_t)j : best;
    POINTER(int32_t, 1)[row] = best;
  }
}
