/**
 * What a scheduler was told and what it commanded, as a file: from it the same scheduler can be had
 * again, and the load that it had.
 */
package org.clockwork.codecs.record;
