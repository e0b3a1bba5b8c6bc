/** JSON that people write: it may hold comments, and every complaint about it says where. */
package org.clockwork.codecs.json;
