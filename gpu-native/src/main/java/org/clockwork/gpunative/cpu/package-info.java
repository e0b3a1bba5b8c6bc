/** Compiled models on the processor: the plan's kernels called through java.lang.foreign. */
package org.clockwork.gpunative.cpu;
