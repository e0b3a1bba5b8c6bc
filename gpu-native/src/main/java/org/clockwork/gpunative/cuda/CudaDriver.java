package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.driver.JCudaDriver;

/**
 * The NVIDIA driver of this machine, once it has answered.
 *
 * @param version the newest CUDA that it runs, as it counts: 12040 is CUDA 12.4
 * @param gpus how many it shows this process
 */
public record CudaDriver(int version, int gpus) {
  /** The name under which the driver installs it, wherever the system keeps its libraries. */
  public static final String LIBRARY = "libcuda.so.1";

  /** The CUDA that JCuda was built for. */
  public static final int RUNTIME = 12060;

  private static final String TEMPORARY_FOLDER = "java.io.tmpdir";

  /** What came of asking for it. */
  public sealed interface Answer {
    record Here(CudaDriver driver) implements Answer {}

    /** There is nothing to run on, and why. */
    record Absent(String reason) implements Answer {}
  }

  /**
   * Asks the driver, once for all: the first call may take seconds. Without its library JCuda must
   * not be touched: its first call then fails, and later ones with a reason that explains nothing.
   */
  @SuppressWarnings("restricted")
  public static Answer ask() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(LIBRARY, arena);
    } catch (IllegalArgumentException e) {
      return new Answer.Absent("no %s, so no NVIDIA driver".formatted(LIBRARY));
    }
    try {
      openJCuda();
      return initialized();
    } catch (CudaException | IOException | LinkageError e) {
      return new Answer.Absent("%s is there, but %s".formatted(LIBRARY, e.getMessage()));
    }
  }

  private static Answer initialized() throws CudaException {
    check(JCudaDriver.cuInit(0), "cuInit");
    int[] version = new int[1];
    check(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
    int[] count = new int[1];
    check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
    return count[0] == 0
        ? new Answer.Absent("the NVIDIA driver shows this process no GPU")
        : new Answer.Here(new CudaDriver(version[0], count[0]));
  }

  /**
   * JCuda unpacks its library under a name that everyone knows, and takes what it finds there. A
   * folder of our own, which only this user may enter, keeps others from leaving something for it;
   * once the library is open its file may go.
   */
  private static synchronized void openJCuda() throws IOException {
    Path folder = Files.createTempDirectory("clockwork-jcuda-");
    String usual = System.getProperty(TEMPORARY_FOLDER);
    System.setProperty(TEMPORARY_FOLDER, folder.toString());
    try {
      JCudaDriver.setExceptionsEnabled(false);
    } finally {
      System.setProperty(TEMPORARY_FOLDER, usual);
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** The published line. */
  public String line() {
    return "Using CUDA Driver %d Runtime %d".formatted(version, RUNTIME);
  }
}
