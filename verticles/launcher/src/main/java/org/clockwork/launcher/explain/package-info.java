/** What {@code clockwork explain} prints. */
package org.clockwork.launcher.explain;
