/**
 * Measures what the project promises: each benchmark prints figures and the command that repeats
 * them.
 */
package org.clockwork.benchmarks;
