/** The dashboard: its page, and the stream of what it shows. */
package org.clockwork.gateway.board;
