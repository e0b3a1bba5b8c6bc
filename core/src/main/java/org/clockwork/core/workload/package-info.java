/**
 * What load is offered, and when. Arrival processes and workloads are descriptions; the load engine
 * plays them. The live client and the simulator drive the same engine, so both offer the same load.
 */
package org.clockwork.core.workload;
