package org.clockwork.launcher.machine;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clockwork.gpunative.nvml.GpuProbe;
import org.clockwork.gpunative.nvml.Nvml;

/**
 * Where everything is read that is told about a machine; nothing else is asked.
 *
 * @param root {@code /}; below it lie {@code proc}, {@code sys} and {@code etc}
 * @param environment variables by name
 * @param user who runs this process
 * @param conf the folder of settings
 */
public record Machine(
    Path root,
    Map<String, String> environment,
    String user,
    Path conf,
    Jvm jvm,
    GpuProbe gpus,
    Access access) {
  public Machine {
    environment = Map.copyOf(environment);
  }

  /** The one that this process runs on. */
  public static Machine here(Path conf) {
    return new Machine(
        Path.of("/"),
        System.getenv(),
        System.getProperty("user.name"),
        conf,
        Jvm.here(),
        new Nvml(),
        Access.OF_THIS_USER);
  }

  /** The same with other settings. */
  public Machine with(Path otherConf) {
    return new Machine(root, environment, user, otherConf, jvm, gpus, access);
  }

  /** The Java that runs this, and the flags it was started with. */
  public record Jvm(int feature, String version, Path home, List<String> flags) {
    public Jvm {
      flags = List.copyOf(flags);
    }

    static Jvm here() {
      return new Jvm(
          Runtime.version().feature(),
          System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vendor"),
          Path.of(System.getProperty("java.home")),
          ManagementFactory.getRuntimeMXBean().getInputArguments());
    }
  }

  /** What this user may do with files that are there. */
  public interface Access {
    Access OF_THIS_USER =
        new Access() {
          @Override
          public boolean reads(Path path) {
            return Files.isReadable(path);
          }

          @Override
          public boolean writes(Path path) {
            return Files.isWritable(path);
          }
        };

    boolean reads(Path path);

    boolean writes(Path path);
  }
}
