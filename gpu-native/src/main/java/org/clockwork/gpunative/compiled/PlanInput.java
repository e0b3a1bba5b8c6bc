package org.clockwork.gpunative.compiled;

import org.clockwork.core.model.TensorSpec;

/** One input of a row, and the values that kernels may meet in it. */
public record PlanInput(TensorSpec spec, ValueRange range) {}
