/** What all doors have against strangers and against those who take their time. */
package org.clockwork.gateway.guard;
