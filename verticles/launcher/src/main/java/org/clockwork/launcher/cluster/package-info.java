/** How a process joins the cluster: discovery, membership, names that are taken once, who leads. */
package org.clockwork.launcher.cluster;
