/** What the cuda device does on a GPU, measured where one can be had. */
package org.clockwork.benchmarks.gpu;
