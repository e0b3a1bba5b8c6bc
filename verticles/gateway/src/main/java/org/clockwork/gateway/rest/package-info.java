/** The Open Inference Protocol over HTTP, with tensors in JSON or as bytes behind it. */
package org.clockwork.gateway.rest;
