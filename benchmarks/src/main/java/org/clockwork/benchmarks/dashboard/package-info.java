/** The dashboard: how smoothly it runs in a browser, and what it costs the server. */
package org.clockwork.benchmarks.dashboard;
