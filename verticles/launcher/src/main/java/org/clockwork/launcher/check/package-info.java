/** Running one model on one device, to see what it takes and whether its outputs are right. */
package org.clockwork.launcher.check;
