package org.clockwork.core.request;

import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.model.Tensors;

/**
 * The answer to one request, straight from the worker to its gateway.
 *
 * @param batch compiled batch size that it ran in
 * @param inputNanos duration of the INPUT phase of its batch; likewise the other two
 */
public record Outputs(
    RequestId request,
    Tensors tensors,
    GpuId gpu,
    int batch,
    long inputNanos,
    long execNanos,
    long outputNanos) {}
