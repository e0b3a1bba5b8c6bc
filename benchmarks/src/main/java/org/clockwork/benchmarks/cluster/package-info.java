/** Benchmarks of roles in processes of their own, started as a user starts them. */
package org.clockwork.benchmarks.cluster;
