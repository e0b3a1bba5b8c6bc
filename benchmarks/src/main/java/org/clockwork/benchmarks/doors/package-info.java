/** What the doors cost: in time, while nothing else happens, and in processor time, under load. */
package org.clockwork.benchmarks.doors;
