/**
 * Load that was measured elsewhere, minute by minute: traces of Azure Functions in their published
 * file format, and made-up ones of the same shape. Pure: lines come from whoever reads files.
 */
package org.clockwork.core.trace;
