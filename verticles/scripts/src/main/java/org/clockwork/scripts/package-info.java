/** Loads that are written as scripts, in JavaScript or Python. */
package org.clockwork.scripts;
