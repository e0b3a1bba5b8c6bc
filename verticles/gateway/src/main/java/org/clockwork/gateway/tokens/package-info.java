/** Who may do what at the doors: tokens with roles, in a file that holds their hashes alone. */
package org.clockwork.gateway.tokens;
