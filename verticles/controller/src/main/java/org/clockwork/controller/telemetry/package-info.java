/** Readers of the scheduler's telemetry: the two logs, the summary and the prediction errors. */
package org.clockwork.controller.telemetry;
