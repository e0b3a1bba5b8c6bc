package org.clockwork.core.request;

import org.clockwork.core.model.Tensors;

/**
 * The input of one request, on its way from the gateway that kept it to the worker that runs it.
 */
public record Inputs(RequestId request, Tensors tensors) {}
