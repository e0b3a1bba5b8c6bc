/** Figures of a run over its time, from logs or from a client's own books, and their pictures. */
package org.clockwork.launcher.plot;
