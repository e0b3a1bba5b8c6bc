/**
 * Models that come as archives: unpacked within limits, and in the repository all at once or not at
 * all.
 */
package org.clockwork.gateway.upload;
