/** What each tenant has had, for whoever makes out bills or looks for the loudest. */
package org.clockwork.controller.usage;
