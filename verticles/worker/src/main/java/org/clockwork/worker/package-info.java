/** The worker's role: carries core's worker machine and its executors on Vert.x. */
package org.clockwork.worker;
