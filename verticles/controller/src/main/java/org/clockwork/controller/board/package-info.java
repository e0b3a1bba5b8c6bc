/** The live board: what the controller tells those who watch it, a few times a second. */
package org.clockwork.controller.board;
