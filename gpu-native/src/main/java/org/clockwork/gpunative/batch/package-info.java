/** Batches on their way through a device that reads and writes them in memory of this machine. */
package org.clockwork.gpunative.batch;
