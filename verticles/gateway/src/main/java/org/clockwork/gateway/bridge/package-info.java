/**
 * The public addresses of the event bus for programs in any language: Vert.x's bridge protocol, as
 * frames over TCP and as SockJS.
 */
package org.clockwork.gateway.bridge;
