package org.clockwork.gateway.grpc;

import java.util.regex.Pattern;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.tokens.Access;

/** What it takes to call a method, by its path. */
final class Methods {
  private static final Pattern FORM = Pattern.compile("/[A-Za-z0-9_.]{1,200}/[A-Za-z0-9_]{1,100}");

  private static final String INFERENCES = "/inference.GRPCInferenceService/";

  private Methods() {}

  /**
   * Objects to a path that names no method in the first place: the answer of the server of gRPC
   * would repeat it in a header, which not all characters may stand in.
   *
   * @param path null where there is none, as of CONNECT
   */
  static void refuseMalformed(String path) {
    if (path == null || !FORM.matcher(path).matches()) {
      throw new ComplaintException(
          Complaint.of(
              Category.UNKNOWN,
              "unknown_path",
              "there is no method %s; reflection lists those that there are"
                  .formatted(Shown.text(String.valueOf(path)))));
    }
  }

  static Access access(String path) {
    if (path.startsWith("/grpc.health.")) {
      return Access.OPEN;
    }
    if (!path.startsWith(INFERENCES)) {
      return Access.KNOWN; // Reflection, and what there is not.
    }
    return switch (path.substring(INFERENCES.length())) {
      case "ServerLive", "ServerReady" -> Access.OPEN;
      case "ServerMetadata",
          "ModelReady",
          "ModelMetadata",
          "ModelConfig",
          "ModelStatistics",
          "RepositoryIndex",
          "TraceSetting",
          "LogSettings" ->
          Access.KNOWN;
      case "ModelInfer",
          "ModelStreamInfer",
          "SystemSharedMemoryStatus",
          "SystemSharedMemoryRegister",
          "SystemSharedMemoryUnregister",
          "CudaSharedMemoryStatus",
          "CudaSharedMemoryRegister",
          "CudaSharedMemoryUnregister" ->
          Access.INFER;
      case "RepositoryModelLoad", "RepositoryModelUnload" -> Access.LOAD;
      default -> Access.ADMIN; // Whoever adds a method says what it takes.
    };
  }

  /** Whether its client may wait with its next message for as long as it likes. */
  static boolean streams(String path) {
    return path.endsWith("/ModelStreamInfer") || path.contains("Reflection");
  }
}
