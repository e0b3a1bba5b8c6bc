/** The load engine's way through the doors of any server of the Open Inference Protocol. */
package org.clockwork.benchmarks.oip;
