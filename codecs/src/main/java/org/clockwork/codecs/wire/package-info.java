/** How core's types travel between processes, as bytes; docs/wire.md describes them. */
package org.clockwork.codecs.wire;
