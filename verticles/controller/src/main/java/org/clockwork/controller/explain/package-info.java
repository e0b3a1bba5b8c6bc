/** What became of single requests, and why: a bounded memory of the most recent ones. */
package org.clockwork.controller.explain;
