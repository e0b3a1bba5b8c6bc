/** What becomes of a load when processes of the cluster go in the middle of it. */
package org.clockwork.benchmarks.faults;
