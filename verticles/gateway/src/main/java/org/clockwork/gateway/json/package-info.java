/** What clients send in JSON, field by field and element by element, and what is wrong with it. */
package org.clockwork.gateway.json;
