/** Who changed what: what every door tells of a load, an unload, an upload or other settings. */
package org.clockwork.codecs.audit;
