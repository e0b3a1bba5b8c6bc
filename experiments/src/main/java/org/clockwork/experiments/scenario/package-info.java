/** Settings of one's own: models, machines, load, network and faults, read from a file. */
package org.clockwork.experiments.scenario;
