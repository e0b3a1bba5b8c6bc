/** The command line: puts the roles together and starts them. */
package org.clockwork.launcher;
