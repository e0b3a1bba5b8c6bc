/**
 * Requests as spans of OpenTelemetry. Nothing of it is loaded unless somebody wants to see them.
 */
package org.clockwork.tracing;
