/** The doors beside the servers that a user would pick: the same model, load and deadline. */
package org.clockwork.benchmarks.peers;
