/**
 * The Open Inference Protocol as far as its forms have it in common: what a request asks for, what
 * models look like, what an answer says, and the one vocabulary of what goes wrong.
 */
package org.clockwork.gateway.oip;
