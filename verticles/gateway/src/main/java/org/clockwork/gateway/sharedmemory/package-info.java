/**
 * Memory that clients on this machine share with the gateway, so that large tensors needn't pass
 * through a socket.
 */
package org.clockwork.gateway.sharedmemory;
