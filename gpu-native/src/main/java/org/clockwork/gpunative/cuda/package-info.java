/** Runs compiled models on NVIDIA GPUs, through the driver's own interface. */
package org.clockwork.gpunative.cuda;
