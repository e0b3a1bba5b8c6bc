/** Encrypted connections: keys and certificates from PEM files, which may change while we run. */
package org.clockwork.codecs.tls;
