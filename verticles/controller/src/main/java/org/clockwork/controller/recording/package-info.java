/** Keeps what a controller was told and what it decided, for whoever replays it. */
package org.clockwork.controller.recording;
