/** Recordings once more: the same commands to the last bit, or the same load under other rules. */
package org.clockwork.launcher.replay;
