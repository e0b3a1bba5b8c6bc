/** Reads what an operator has set: the files of conf, then the environment. */
package org.clockwork.launcher.config;
