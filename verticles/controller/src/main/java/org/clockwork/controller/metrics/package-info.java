/** What the controller has counted, for Prometheus. */
package org.clockwork.controller.metrics;
