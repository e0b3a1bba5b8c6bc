/** Compiled models: the format of docs/plan-format.md as records, read and checked. */
package org.clockwork.gpunative.compiled;
