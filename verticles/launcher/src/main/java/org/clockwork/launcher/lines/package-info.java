/** What a process writes for its operators: lines for people or in JSON, and the audit. */
package org.clockwork.launcher.lines;
