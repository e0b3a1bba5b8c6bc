package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.clockwork.gpunative.profile.GraphOptimisation;

/**
 * Makes sessions the one way that this device runs them: everything on the calling thread, so that
 * one EXEC takes one core and its time can be predicted.
 */
final class OnnxRuntime {
  private static final OrtEnvironment ENVIRONMENT = openEnvironment();

  private OnnxRuntime() {}

  /** The process has one, and it is never closed. */
  static OrtEnvironment environment() {
    return ENVIRONMENT;
  }

  private static OrtEnvironment openEnvironment() {
    // Errors come as exceptions; logged as well, each bad request would write to stderr.
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    try {
      environment.setTelemetry(false);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime doesn't let its telemetry be turned off", e);
    }
    return environment;
  }

  /** A session from an ONNX file's bytes; they may go once it is open. */
  static OrtSession fromOnnx(ByteBuffer bytes, GraphOptimisation optimisation) throws OrtException {
    try (SessionOptions options = options()) {
      options.setOptimizationLevel(level(optimisation));
      return ENVIRONMENT.createSession(bytes, options);
    }
  }

  /** Also writes the optimised graph, in ONNX Runtime's own format, to that file. */
  static OrtSession fromOnnx(ByteBuffer bytes, GraphOptimisation optimisation, Path optimised)
      throws OrtException {
    try (SessionOptions options = options()) {
      options.setOptimizationLevel(level(optimisation));
      options.addConfigEntry("session.save_model_format", "ORT");
      options.setOptimizedModelFilePath(optimised.toString());
      return ENVIRONMENT.createSession(bytes, options);
    }
  }

  /**
   * A session from the optimised format, which skips parsing and optimising, and uses weights where
   * they lie: all-MiniLM-L6-v2 loads in less than half the time. The bytes have to stay as long as
   * the session.
   */
  static OrtSession fromOptimised(ByteBuffer bytes) throws OrtException {
    try (SessionOptions options = options()) {
      options.setOptimizationLevel(OptLevel.NO_OPT);
      options.addConfigEntry("session.load_model_format", "ORT");
      options.addConfigEntry("session.use_ort_model_bytes_directly", "1");
      options.addConfigEntry("session.use_ort_model_bytes_for_initializers", "1");
      return ENVIRONMENT.createSession(bytes, options);
    }
  }

  private static SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setExecutionMode(ExecutionMode.SEQUENTIAL);
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    return options;
  }

  private static OptLevel level(GraphOptimisation optimisation) {
    return switch (optimisation) {
      case BASIC -> OptLevel.BASIC_OPT;
      case ALL -> OptLevel.ALL_OPT;
    };
  }
}
