/** Where clients come in: carries the core's gateway, and speaks JSON on the event bus. */
package org.clockwork.gateway;
