/** How the results of {@code clockwork simulate} leave the process. */
package org.clockwork.launcher.simulate;
