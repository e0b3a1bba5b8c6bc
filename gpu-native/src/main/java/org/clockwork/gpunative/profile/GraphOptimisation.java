package org.clockwork.gpunative.profile;

/**
 * How far ONNX Runtime rewrites a model's graph. More is not always faster: on all-MiniLM-L6-v2 the
 * fused operators of {@link #ALL} cost a tenth of the speed. So the device tries both.
 */
public enum GraphOptimisation {
  /** Folds constants and drops what is redundant. */
  BASIC,
  /** Also fuses operators and changes layouts. */
  ALL
}
