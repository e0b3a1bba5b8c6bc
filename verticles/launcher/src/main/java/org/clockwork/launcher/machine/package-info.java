/** What the machine that this process runs on is, and whether it is set as Clockwork needs it. */
package org.clockwork.launcher.machine;
