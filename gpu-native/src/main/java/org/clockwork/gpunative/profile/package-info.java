/** How long models take on a device: measured, observed, and kept for the next start. */
package org.clockwork.gpunative.profile;
