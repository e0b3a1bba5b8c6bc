/**
 * Asks a Clockwork for inferences, from a project of one's own: {@link
 * org.clockwork.client.api.Clockwork} is where to begin. Speaks the public messages that
 * docs/wire.md describes, so it need not be of the same release as the cluster.
 */
package org.clockwork.client.api;
