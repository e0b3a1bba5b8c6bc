/** Offers load to a Clockwork and reports what became of it. */
package org.clockwork.client;
