/**
 * The Open Inference Protocol over gRPC, with raw and typed contents, one by one and as a stream.
 */
package org.clockwork.gateway.grpc;
