package org.clockwork.gateway.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.grpc.common.GrpcMessage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;

/**
 * What came in a frame of gRPC, as the message that it is; bounded also where it was compressed.
 */
record Decoding(int bytesMax) {

  /**
   * @param kind any message of the kind that is expected
   */
  <Q extends Message> Q decode(GrpcMessage frame, Q kind) throws MalformedException {
    try {
      // Tensors stay where they are in the bytes: the array is nobody else's.
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(plain(frame)).newCodedInput();
      in.enableAliasing(true);
      @SuppressWarnings("unchecked") // A message's parser makes messages of its own kind.
      Q message =
          (Q) kind.getParserForType().parseFrom(in, ExtensionRegistryLite.getEmptyRegistry());
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedException(
          "the message is no %s: %s"
              .formatted(kind.getDescriptorForType().getName(), e.getMessage()));
    }
  }

  private byte[] plain(GrpcMessage frame) throws MalformedException {
    byte[] bytes = frame.payload().getBytes();
    return switch (frame.encoding()) {
      case "identity" -> bytes;
      case "gzip" -> unzipped(bytes);
      default ->
          throw new ComplaintException(
              Complaint.unsupported(
                  "messages are taken as they are or with gzip, not with grpc-encoding "
                      + frame.encoding()));
    };
  }

  private byte[] unzipped(byte[] zipped) throws MalformedException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      byte[] bytes = in.readNBytes(bytesMax);
      if (in.read() >= 0) {
        throw new ComplaintException(tooLarge(bytesMax));
      }
      return bytes;
    } catch (EOFException _) {
      throw new MalformedException("the message can't be unzipped: it ends too early");
    } catch (IOException e) {
      throw new MalformedException("the message can't be unzipped: " + e.getMessage());
    }
  }

  static Complaint tooLarge(int bytesMax) {
    return Complaint.of(
        Category.TOO_LARGE,
        "too_large",
        "the message is larger than maxBodyBytes=%d; send fewer rows in one request"
            .formatted(bytesMax));
  }
}
