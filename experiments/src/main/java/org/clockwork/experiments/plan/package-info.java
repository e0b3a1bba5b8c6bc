/** How many GPUs a load needs, found with the simulator. */
package org.clockwork.experiments.plan;
