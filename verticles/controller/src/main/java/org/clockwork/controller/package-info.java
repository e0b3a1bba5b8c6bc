/** The controller's role: the scheduler on an event loop, and what it tells about itself. */
package org.clockwork.controller;
