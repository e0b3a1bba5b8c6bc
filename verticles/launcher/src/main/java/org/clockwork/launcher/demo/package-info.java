/** The main job, ready to be seen: sentences, a real model that embeds them, and the result. */
package org.clockwork.launcher.demo;
