/** Where messages go on the event bus and how core's types travel there. */
package org.clockwork.codecs;
