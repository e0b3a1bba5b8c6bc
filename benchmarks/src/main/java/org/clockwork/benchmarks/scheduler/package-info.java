/** The cost of the scheduler's decisions, measured in a closed world of synthetic workers. */
package org.clockwork.benchmarks.scheduler;
