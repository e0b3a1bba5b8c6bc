/** What an operator reads while the controller comes up, in the published wording. */
package org.clockwork.controller.startup;
