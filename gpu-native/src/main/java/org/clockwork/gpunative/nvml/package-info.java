/** What the NVIDIA driver says about this machine's GPUs, without any of them being used. */
package org.clockwork.gpunative.nvml;
